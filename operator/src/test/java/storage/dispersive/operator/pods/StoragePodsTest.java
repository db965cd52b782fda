package storage.dispersive.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.apiserver.ApiServer;

/** A real API server takes the objects of storage pods, and admits their pods where it should. */
class StoragePodsTest {

    private static final PodProfile PROFILE = Wanted.profile();

    private static @Nullable ApiServer server;
    private static @Nullable KubernetesClient client;

    @BeforeAll
    static void start() {
        server = ApiServer.start();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static List<HasMetadata> objects(PodSet set) {
        return List.of(
                PodAccount.of(set),
                HeadlessService.of(set, PROFILE),
                DisruptionBudget.of(set, 2),
                PodIngress.of(set, PROFILE),
                StorageStatefulSet.of(set, PROFILE, Optional.empty()));
    }

    private static PodSet ofVolume(String spec) {
        return PodSet.of(Wanted.volume(spec)).orElseThrow();
    }

    private static PodSet ofVolume() {
        return PodSet.of(Wanted.volume()).orElseThrow();
    }

    @Test
    void anApiServerTakesAllObjectsAndHasNothingToAddTwice() {
        for (PodSet set : List.of(ofVolume(), PodSet.of(Wanted.pool()))) {
            for (HasMetadata object : objects(set)) {
                HasMetadata first = apply(object);
                HasMetadata second = apply(object);
                assertThat(second.getMetadata().getResourceVersion())
                        .as(object.getKind() + " " + set.name())
                        .isEqualTo(first.getMetadata().getResourceVersion());
                assertThat(first.getMetadata().getOwnerReferences()).hasSize(1);
            }
        }
    }

    private static HasMetadata apply(HasMetadata object) {
        return client().resource(object).fieldValidation(Validation.STRICT).serverSideApply();
    }

    @Test
    void aVolumeAndAPoolOfOneNameDoNotMeet() {
        assertThat(ofVolume().name()).isEqualTo("dv-photos");
        assertThat(PodSet.of(Wanted.pool()).name()).isEqualTo("dpool-photos");
        assertThat(ofVolume().podNames()).hasSize(6).startsWith("dv-photos-0");
    }

    @Test
    void aVolumeInAPoolHasNoPodsOfItsOwn() {
        assertThat(PodSet.of(Wanted.volume("poolRef: {name: shared}"))).isEmpty();
    }

    /** Its claim template cannot be changed; claims are grown one by one. */
    @Test
    void aStatefulSetOfAVolumeThatGrewCanStillBeApplied() {
        PodSet small = ofVolume("network: {isolation: Isolated}");
        StatefulSet present = StorageStatefulSet.of(small, PROFILE, Optional.empty());
        apply(present);
        PodSet grown =
                new PodSet(
                        small.owner(),
                        small.size() + 1,
                        new PodSet.Claim(null, ClaimSize.of(new Quantity("1Ti"))),
                        small.placement(),
                        small.isolation(),
                        small.paths(),
                        small.reclaimPolicy());
        assertThatThrownBy(() -> apply(StorageStatefulSet.of(grown, PROFILE, Optional.empty())))
                .hasMessageContaining("updates to statefulset spec");
        StatefulSet there = client().resource(present).get();
        apply(StorageStatefulSet.of(grown, PROFILE, Optional.of(there)));
        assertThat(client().resource(present).get().getSpec().getReplicas()).isEqualTo(7);
    }

    @Test
    void nobodyButTheSidecarHasPrivileges() {
        PodSpec pod = podSpec(ofVolume());
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getContainers()).hasSize(1);
        assertThat(pod.getInitContainers()).hasSize(1);
        Stream.concat(pod.getContainers().stream(), pod.getInitContainers().stream())
                .map(Container::getSecurityContext)
                .forEach(security -> {
                    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
                    assertThat(security.getPrivileged()).isNull();
                    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
                });
        Container program = pod.getContainers().getFirst();
        assertThat(program.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(program.getSecurityContext().getCapabilities().getAdd()).isEmpty();
        Container sidecar = pod.getInitContainers().getFirst();
        assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
        assertThat(sidecar.getSecurityContext().getCapabilities().getAdd())
                .containsExactly("NET_ADMIN", "SYS_ADMIN");
    }

    @Test
    void eachContainerHasItsOwnTokenAndItsOwnPartOfTheClaim() {
        PodSpec pod = podSpec(ofVolume());
        assertThat(mounts(pod.getContainers().getFirst()))
                .containsExactlyInAnyOrder("pod-identity", "store/pod", "run");
        assertThat(mounts(pod.getInitContainers().getFirst()))
                .containsExactlyInAnyOrder("vnet-identity", "store/vnet", "run");
    }

    private static List<String> mounts(Container container) {
        return container.getVolumeMounts().stream()
                .map(mount ->
                        mount.getSubPath() == null
                                ? mount.getName()
                                : mount.getName() + "/" + mount.getSubPath())
                .toList();
    }

    /** Shared pods may run wherever anything may; isolated ones where an administrator agrees. */
    @Test
    void podSecurityAdmitsSharedPodsEverywhereAndIsolatedOnesWhereTheyAreAllowed() {
        PodSet isolated = ofVolume();
        PodSet shared = ofVolume("network: {isolation: Shared}");
        for (String level : List.of("privileged", "baseline", "restricted")) {
            String namespace = "with-" + level;
            client().resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(namespace)
                                    .addToLabels("pod-security.kubernetes.io/enforce", level)
                                    .endMetadata()
                                    .build())
                    .create();
            assertThat(refusal(shared, namespace)).as("shared, " + level).isEmpty();
            Optional<String> refusal = refusal(isolated, namespace);
            if (level.equals("privileged")) {
                assertThat(refusal).isEmpty();
            } else {
                assertThat(refusal.orElseThrow()).contains("SYS_ADMIN").contains(level);
            }
        }
    }

    /** Why no pod of this set may be made in a namespace. */
    private static Optional<String> refusal(PodSet set, String namespace) {
        client().resource(PodAccount.of(set)).inNamespace(namespace).create();
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(set.podNames().getFirst())
                        .withNamespace(namespace)
                        .endMetadata()
                        .withSpec(podSpec(set))
                        .editSpec()
                        .addNewVolume()
                        .withName(StorageStatefulSet.STORE)
                        .withNewPersistentVolumeClaim()
                        .withClaimName("store-0")
                        .endPersistentVolumeClaim()
                        .endVolume()
                        .endSpec()
                        .build();
        try {
            var refused =
                    catchThrowableOfType(
                            KubernetesClientException.class,
                            () -> client().resource(pod).dryRun().create());
            return Optional.ofNullable(refused).map(KubernetesClientException::getMessage);
        } finally {
            client().resource(PodAccount.of(set)).inNamespace(namespace).delete();
        }
    }

    private static PodSpec podSpec(PodSet set) {
        return StorageStatefulSet.of(set, PROFILE, Optional.empty())
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    @Test
    void noDomainGetsMoreThanItsShare() {
        TopologySpreadConstraint two =
                spread(
                        ofVolume(
                                "network: {isolation: Isolated}, placement: {topologyKey: rack,"
                                        + " whenUnsatisfiable: DoNotSchedule,"
                                        + " portionsPerDomain: 2}"));
        assertThat(two.getTopologyKey()).isEqualTo("rack");
        assertThat(two.getMaxSkew()).isEqualTo(1);
        assertThat(two.getMinDomains()).as("6 pods, 2 in each").isEqualTo(3);
        assertThat(two.getWhenUnsatisfiable()).isEqualTo("DoNotSchedule");
        assertThat(spread(ofVolume()).getMinDomains()).isEqualTo(6);
        assertThat(spread(PodSet.of(Wanted.pool())).getMinDomains()).as("as it comes").isNull();
    }

    private static TopologySpreadConstraint spread(PodSet set) {
        return podSpec(set).getTopologySpreadConstraints().getFirst();
    }

    @Test
    void aSetInSeveralNetworksAsksForThem() {
        StatefulSet set =
                StorageStatefulSet.of(PodSet.of(Wanted.pool()), PROFILE, Optional.empty());
        assertThat(set.getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry("k8s.v1.cni.cncf.io/networks", "net-a,net-b");
    }

    @Test
    void onlyThePortsOfStoragePodsAreOpen() {
        var rules = PodIngress.of(ofVolume(), PROFILE).getSpec().getIngress();
        assertThat(rules).hasSize(1);
        assertThat(rules.getFirst().getPorts())
                .extracting(port ->
                        port.getProtocol()
                                + " "
                                + port.getPort().getIntVal()
                                + (port.getEndPort() == null ? "" : "-" + port.getEndPort()))
                .containsExactlyInAnyOrder("TCP 7400", "TCP 7410", "TCP 7480", "UDP 20000-23999");
    }

    @Test
    void portsOfOtherOverlaysAreRefused() {
        for (int port : List.of(4789, 8472, 6081)) {
            assertThatThrownBy(() -> new PodProfile.Ports(7400, 7410, 7480, port - 9, port + 9))
                    .hasMessageContaining("other overlay networks");
        }
        assertThatThrownBy(() -> new PodProfile.Ports(7400, 7410, 7480, 32_000, 33_000))
                .hasMessageContaining("between 1024 and 32767");
    }

    private static KubernetesClient client() {
        return Objects.requireNonNull(client);
    }
}
