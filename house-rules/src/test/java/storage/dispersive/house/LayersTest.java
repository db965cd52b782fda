package storage.dispersive.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds who may know whom, over the compiled classes of all modules. */
class LayersTest {

    private static final List<String> MODULES =
            List.of(
                    "linux",
                    "dispersal",
                    "vnet",
                    "volume",
                    "blockdevice",
                    "mounter",
                    "engine",
                    "storage-pod",
                    "cli",
                    "crds",
                    "operator",
                    "csi-protocol",
                    "csi-driver");

    private static final DescribedPredicate<JavaClass> OURS =
            resideInAPackage("storage.dispersive..");

    private static final House HOUSE = House.ofThisBuild();
    private static JavaClasses all = new ClassFileImporter().importPaths(List.of());

    @BeforeAll
    static void importClasses() {
        List<Path> built = MODULES.stream().map(HOUSE::classesOf).filter(Files::exists).toList();
        all = new ClassFileImporter().importPaths(built);
        assertThat(all.that(in("dispersal"))).isNotEmpty();
    }

    @Test
    void linuxKnowsNobody() {
        mayKnow("linux", "a system call means the same to everybody");
    }

    @Test
    void dispersalKnowsNobody() {
        mayKnow("dispersal", "it is what pods and engines share, and must run without either");
    }

    @Test
    void vnetBuildsOnDispersal() {
        mayKnow(
                "vnet",
                "a machine carries a connection, whatever is said on it",
                "linux",
                "dispersal");
    }

    @Test
    void volumeBuildsOnDispersal() {
        mayKnow("volume", "a disk is the same whoever shows it and wherever pods run", "dispersal");
    }

    @Test
    void blockdeviceBuildsOnVolume() {
        mayKnow(
                "blockdevice",
                "a face knows a disk, not how its blocks are kept",
                "linux",
                "volume",
                "dispersal");
    }

    @Test
    void theMounterKnowsNoDisk() {
        mayKnow(
                "mounter",
                "it has all rights on its node, so it is small, and speaks to nobody beyond it",
                "linux",
                "blockdevice");
    }

    @Test
    void engineBuildsOnAllThatServesAVolume() {
        mayKnow(
                "engine",
                "what serves volumes is the same in a command line's process and in a node's",
                "linux",
                "dispersal",
                "vnet",
                "volume",
                "blockdevice");
    }

    @Test
    void theStoragePodIsAnApplicationOfItsOwn() {
        mayKnow(
                "storage-pod",
                "applications are shipped and restarted apart, so they meet on the wire only",
                "dispersal",
                "linux",
                "vnet",
                "volume");
    }

    @Test
    void theCommandLineIsAnApplicationOfItsOwn() {
        mayKnow(
                "cli",
                "applications are shipped and restarted apart, so they meet on the wire only",
                "dispersal",
                "linux",
                "vnet",
                "volume",
                "blockdevice",
                "engine");
    }

    @Test
    void theApiKnowsNobody() {
        mayKnow("crds", "whoever speaks to the cluster needs the API, and nothing behind it");
    }

    @Test
    void theOperatorIsAnApplicationOfItsOwn() {
        mayKnow(
                "operator",
                "applications are shipped and restarted apart, so they meet on the wire only",
                "crds",
                "dispersal",
                "volume");
    }

    @Test
    void theMessagesOfCsiKnowNobody() {
        mayKnow("csi-protocol", "it is what others have said, word for word");
    }

    @Test
    void theCsiDriverIsAnApplicationOfItsOwn() {
        mayKnow(
                "csi-driver",
                "applications are shipped and restarted apart, so they meet on the wire only",
                "csi-protocol",
                "crds",
                "dispersal",
                "linux",
                "vnet",
                "volume",
                "blockdevice",
                "mounter",
                "engine");
    }

    @Test
    void theCsiDriverOnlyAsksWhatServesAndMounts() {
        noClasses()
                .that(in("csi-driver"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..engine.host..",
                        "..engine.description..",
                        "..mounter.local..",
                        "..mounter.process..")
                .because("disks are served and mounted by processes of their own")
                .check(all);
    }

    @Test
    void onlyTheServicesOfCsiKnowItsMessages() {
        noClasses()
                .that(OURS)
                .and()
                .resideOutsideOfPackages(
                        "..csi.protocol..",
                        "..csi.rpc..",
                        "..csi.registration..",
                        "..csi.socket..",
                        "..csi.app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "..csi.protocol..")
                .because("the rules of who may have which volume must run without a server")
                .check(all);
    }

    @Test
    void aDependencyThatIsNotAllowedIsFound() {
        assertThat(onlyKnow("dispersal", in("volume")).evaluate(all).hasViolation()).isTrue();
    }

    @Test
    void aPackageLivesInOneModule() {
        TreeMap<String, Set<String>> homes = new TreeMap<>();
        for (String module : MODULES) {
            for (JavaClass type : all.that(in(module))) {
                homes.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>()).add(module);
            }
        }
        assertThat(homes).allSatisfy((name, modules) -> assertThat(modules).as(name).hasSize(1));
    }

    @Test
    void onlyTheWiringKnowsFrameworks() {
        noClasses()
                .that(OURS)
                .and()
                .resideOutsideOfPackage("..app..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..", "io.smallrye..", "jakarta..", "org.eclipse.microprofile..")
                .because("the domain must run in a simulator, in one thread, without a container")
                .check(all);
    }

    @Test
    void kubernetesIsKnownToTheApiTheOperatorAndOnePackageOfTheDriver() {
        noClasses()
                .that(OURS)
                .and()
                .resideOutsideOfPackages(
                        "..app..", "storage.dispersive.api..", "..operator..", "..csi.kubernetes..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..")
                .because("a volume is the same with and without a cluster")
                .check(all);
    }

    @Test
    void foreignFunctionsAreCalledFromFewPackages() {
        noClasses()
                .that(OURS)
                .and()
                .resideOutsideOfPackages("..foreign..", "..linux..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\.Linker(\\$.*)?")
                .because("a wrong signature ends the process, so each call is written down once")
                .check(all);
    }

    @Test
    void bouncyCastleIsKnownToIdentityOnly() {
        noClasses()
                .that(OURS)
                .and()
                .resideOutsideOfPackage("..identity..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle..")
                .because("it makes certificates; what seals and carries data is BoringSSL")
                .check(all);
    }

    @Test
    void sidecarsMakeNoCertificates() {
        noClasses()
                .that()
                .resideInAPackage("..vnet.sidecar..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        ".*\\.identity\\.(LeaseAuthority|CertificateAuthority|IssuingKey)")
                .because("what makes them would cost each host's sidecar memory and time to start")
                .check(all);
    }

    private static void mayKnow(String module, String reason, String... others) {
        DescribedPredicate<JavaClass> known = in(module);
        for (String other : others) {
            known = known.or(in(other));
        }
        onlyKnow(module, known).because(reason).check(all);
    }

    private static ArchRule onlyKnow(String module, DescribedPredicate<JavaClass> known) {
        return classes()
                .that(in(module))
                .should()
                .onlyDependOnClassesThat(known.or(not(OURS)))
                // A module may have no class yet.
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> in(String module) {
        String home = HOUSE.classesOf(module).toUri().toString();
        return DescribedPredicate.describe(
                "reside in module " + module,
                type ->
                        type.getBaseComponentType()
                                .getSource()
                                .map(source -> source.getUri().toString().startsWith(home))
                                .orElse(false));
    }
}
