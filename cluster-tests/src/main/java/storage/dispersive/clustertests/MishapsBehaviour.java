package storage.dispersive.clustertests;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.clustertests.OperatedCluster.LIMITED;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.clustertests.OperatedCluster.condition;
import static storage.dispersive.clustertests.OperatedCluster.portions;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.clustertests.OperatedCluster.Template;

/** Each mistake and misfortune is told with what to do, and forgotten once it is mended. */
public abstract class MishapsBehaviour {

    private static final Duration A_MINUTE = Duration.ofSeconds(60);

    /** A volume is told to be ready, then not, and ready again. */
    private static final long SOME_TIMES = 2;

    private final OperatedCluster cluster;
    private final KubernetesClient client;
    private final String namespace;

    protected MishapsBehaviour(OperatedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.namespace = cluster.namespace();
    }

    @Test
    void aStorageClassThatIsMadeLater() {
        cluster.volume("classless", 2, 1, "later");
        cluster.awaitTold(
                "classless", "StorageClassMissing", "there is no StorageClass later; make it");
        StorageClass later =
                new StorageClassBuilder(storageClass(STANDARD))
                        .withMetadata(new ObjectMetaBuilder().withName("later").build())
                        .build();
        client.resource(later).create();
        try {
            cluster.awaitReady("classless");
        } finally {
            client.resource(later).delete();
        }
    }

    private StorageClass storageClass(String name) {
        return client.storage().v1().storageClasses().withName(name).require();
    }

    @Test
    void aDefaultStorageClassThatIsMadeLater() {
        List<String> defaults =
                client.storage().v1().storageClasses().list().getItems().stream()
                        .filter(MishapsBehaviour::isDefault)
                        .map(it -> it.getMetadata().getName())
                        .toList();
        defaults.forEach(it -> setDefault(it, false));
        try {
            cluster.volume("undecided", "dispersal: {data: 2, redundancy: 1}");
            cluster.awaitTold(
                    "undecided", "StorageClassMissing", "no default StorageClass; make one");
            setDefault(STANDARD, true);
            cluster.awaitReady("undecided");
        } finally {
            setDefault(STANDARD, false);
            defaults.forEach(it -> setDefault(it, true));
        }
    }

    private static boolean isDefault(StorageClass found) {
        Map<String, String> annotations = found.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(OperatedCluster.IS_DEFAULT));
    }

    private void setDefault(String name, boolean isSo) {
        client.storage()
                .v1()
                .storageClasses()
                .withName(name)
                .edit(it ->
                        new StorageClassBuilder(it)
                                .editMetadata()
                                .addToAnnotations(OperatedCluster.IS_DEFAULT, "" + isSo)
                                .endMetadata()
                                .build());
    }

    @Test
    void aQuotaThatIsRaised() {
        var quota =
                new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("few")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("pods", new Quantity("2")))
                        .endSpec()
                        .build();
        client.resource(quota).create();
        try {
            cluster.eventually()
                    .until(() -> client.resource(quota).get().getStatus().getHard() != null);
            cluster.wide("many", STANDARD);
            cluster.awaitTold("many", "PodsRefused", "exceeded quota: few");
        } finally {
            client.resource(quota).delete();
        }
        cluster.awaitReady("many");
    }

    @Test
    void aNamespaceThatDoesNotAdmitItsPods() {
        podSecurity("baseline");
        try {
            cluster.volume("insecure", 2, 1, STANDARD);
            cluster.awaitTold("insecure", "PodsRefused", "PodSecurity");
        } finally {
            podSecurity("privileged");
        }
        cluster.awaitReady("insecure");
    }

    private void podSecurity(String level) {
        client.namespaces()
                .withName(namespace)
                .edit(it ->
                        new NamespaceBuilder(it)
                                .editMetadata()
                                .addToLabels("pod-security.kubernetes.io/enforce", level)
                                .endMetadata()
                                .build());
    }

    @Test
    void tooFewNodes() {
        List<String> beyondTwo =
                client.nodes().list().getItems().stream()
                        .filter(it -> it.getSpec().getTaints().isEmpty())
                        .map(it -> it.getMetadata().getName())
                        .skip(2)
                        .toList();
        beyondTwo.forEach(it -> setUnschedulable(it, true));
        try {
            cluster.volume("crowd", 2, 1, STANDARD);
            cluster.awaitTold("crowd", "Unschedulable", "has no node");
        } finally {
            beyondTwo.forEach(it -> setUnschedulable(it, false));
        }
        cluster.awaitReady("crowd");
    }

    private void setUnschedulable(String node, boolean isSo) {
        client.nodes().withName(node).edit(it -> withUnschedulable(it, isSo));
    }

    private static Node withUnschedulable(Node node, boolean isSo) {
        return new NodeBuilder(node).editSpec().withUnschedulable(isSo).endSpec().build();
    }

    @Test
    void anImageThatCannotBePulledUntilAnotherIsSet() {
        cluster.restartOperator(Template.WITHOUT_IMAGE);
        try {
            cluster.volume("imageless", 2, 1, STANDARD);
            cluster.awaitTold("imageless", "ImageNotPulled", "correct the image");
        } finally {
            cluster.restartOperator(Template.USUAL);
        }
        cluster.awaitReady("imageless");
    }

    @Test
    void aDiskThatIsLost() {
        cluster.volume("wiped", 2, 1, STANDARD);
        DispersiveVolume before = cluster.awaitWhole("wiped");
        assertThat(mayBeTaken("wiped")).isEqualTo(1);
        cluster.loseDisk("dv-wiped-1");
        DispersiveVolume told = cluster.awaitCondition("wiped", "Degraded", "PortionsLost");
        assertThat(portions(told).get(1).state()).isEqualTo(Portion.State.WIPED);
        assertThat(portions(told))
                .extracting(Portion::incarnation)
                .isEqualTo(portions(before).stream().map(Portion::incarnation).toList());
        assertThat(condition(told, "Degraded").orElseThrow().message())
                .contains("dv-wiped-1 (lost its disk)", "; 0 more may be");
        assertThat(told.getStatus().mayBeMissing()).isZero();
        cluster.awaitReady("wiped");
        // Nobody may take another one away.
        cluster.eventually().untilAsserted(() -> assertThat(mayBeTaken("wiped")).isZero());
        cluster.eventually().until(() -> disruptionsAllowed("wiped") == 0);
        assertThat(client.pods().inNamespace(namespace).withName("dv-wiped-0").evict()).isFalse();
    }

    private int mayBeTaken(String volume) {
        return budget(volume).getSpec().getMaxUnavailable().getIntVal();
    }

    private int disruptionsAllowed(String volume) {
        return budget(volume).getStatus().getDisruptionsAllowed();
    }

    private PodDisruptionBudget budget(String volume) {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName("dv-" + volume)
                .require();
    }

    /** Where storage pods may not run, no operator is needed to delete what was made there. */
    @Test
    void aNamespaceThatIsNotAllowed() {
        String elsewhere =
                client.resource(
                                new NamespaceBuilder()
                                        .withNewMetadata()
                                        .withGenerateName("elsewhere-")
                                        .endMetadata()
                                        .build())
                        .create()
                        .getMetadata()
                        .getName();
        DispersiveVolume stray = cluster.volume("stray", 2, 1, STANDARD);
        stray.getMetadata().setNamespace(elsewhere);
        stray.getMetadata().setResourceVersion(null);
        stray.getMetadata().setUid(null);
        client.resource(stray).create();
        var resource = client.resources(DispersiveVolume.class).inNamespace(elsewhere);
        cluster.eventually()
                .untilAsserted(() ->
                        assertThat(condition(resource.withName("stray").require(), "Ready"))
                                .hasValueSatisfying(it -> {
                                    assertThat(it.reason()).isEqualTo("NamespaceNotAllowed");
                                    assertThat(it.message()).contains("allowedNamespaces");
                                }));
        assertThat(resource.withName("stray").require().getFinalizers()).isEmpty();
        resource.withName("stray").delete();
        cluster.eventually().untilAsserted(() -> assertThat(resource.list().getItems()).isEmpty());
        client.namespaces().withName(elsewhere).delete();
    }

    @Test
    void aPoolThatIsMadeLaterOrIsolatesOtherwise() {
        cluster.pooled("early", 2, 1, "late");
        cluster.volume(
                "open",
                "dispersal: {data: 2, redundancy: 1}, poolRef: {name: late},"
                        + " network: {isolation: Shared}");
        cluster.awaitTold("early", "PoolMissing", "there is no DispersivePool late");
        cluster.pool("late", "pods: 3");
        cluster.awaitReady("early");
        cluster.awaitTold("open", "IsolationDiffers", "make the volume anew");
    }

    /** It is whoever attaches the volume that reads the key; the operator may not, and need not. */
    @Test
    void aSecretThatIsMissingKeepsNoVolumeFromBeingMade() {
        cluster.volume(
                "keyless",
                "dispersal: {data: 2, redundancy: 1}, storage: {storageClassName: standard},"
                        + " encryption: {key: Secret, secretRef: {name: absent}}");
        cluster.awaitWhole("keyless");
    }

    /** Also an operator that has lost its lease over it goes on. */
    @Test
    void anApiServerThatIsAwayForAMinute() {
        // Else a scheduler that is interrupted may leave a claim on a node where its pod may not
        // be.
        String anywhere = "placement: {portionsPerDomain: 1, whenUnsatisfiable: ScheduleAnyway}";
        cluster.pool("common", "pods: 3, " + anywhere);
        cluster.pooled("pooled", 2, 1, "common");
        cluster.volume(
                "before",
                "dispersal: {data: 4, redundancy: 2}, storage: {storageClassName: limited}, "
                        + anywhere);
        cluster.eventually().until(() -> cluster.pods().size() > 3);
        cluster.suspendServer();
        try {
            Awaitility.await()
                    .pollDelay(A_MINUTE)
                    .atMost(A_MINUTE.multipliedBy(2))
                    .until(() -> true);
        } finally {
            cluster.resumeServer();
        }
        cluster.volume("after", 2, 1, STANDARD);
        for (String name : List.of("pooled", "before", "after")) {
            cluster.awaitWhole(name);
            assertThat(events(name).values())
                    .as("what is said, how often: %s", events(name))
                    .isNotEmpty()
                    .allMatch(it -> it <= SOME_TIMES);
        }
    }

    /** What the operator has said of a volume, and how often. */
    private Map<String, Long> events(String volume) {
        String uid = cluster.volume(volume).getMetadata().getUid();
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(it -> "dispersive-operator".equals(it.getReportingComponent()))
                .filter(it -> uid.equals(it.getInvolvedObject().getUid()))
                .map(it -> it.getMessage())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void somebodyElseWhoWritesAllTheTime() throws InterruptedException {
        Thread storm =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                                annotate(i);
                            }
                        });
        try {
            cluster.wide("stormy", LIMITED);
            cluster.awaitReady("stormy");
            client.resource(cluster.volume("stormy"))
                    .edit(it -> {
                        it.setSpec(Specs.withSize(it.getSpec(), new Quantity("3Gi")));
                        return it;
                    });
            cluster.eventually()
                    .untilAsserted(() ->
                            assertThat(cluster.volume("stormy").getStatus().capacity())
                                    .isEqualTo(new Quantity("3Gi")));
        } finally {
            storm.interrupt();
            storm.join();
        }
    }

    private void annotate(int number) {
        String patch = "{\"metadata\":{\"annotations\":{\"example.com/n\":\"" + number + "\"}}}";
        try {
            client.resources(DispersiveVolume.class)
                    .inNamespace(namespace)
                    .withName("stormy")
                    .patch(patch);
            client.apps().statefulSets().inNamespace(namespace).withName("dv-stormy").patch(patch);
        } catch (KubernetesClientException e) {
            // Not there yet, or interrupted.
        }
    }
}
