package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Pods as Kubernetes itself makes them: by the controller of StatefulSets, with what the API server
 * and admission add. None of that keeps them from being as their set makes them.
 */
class ControlledPodsTest extends WithIdentityServer {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    ControlledPodsTest() throws IOException, InterruptedException {}

    @BeforeAll
    static void startControllers() {
        server().startControllers();
    }

    private String name(int ordinal) {
        return set.name() + "-" + ordinal;
    }

    private Optional<Pod> pod(int ordinal) {
        return Optional.ofNullable(client().pods().inNamespace(pods).withName(name(ordinal)).get());
    }

    private Pod awaitPod(int ordinal) {
        await().atMost(PATIENCE).until(() -> pod(ordinal).isPresent());
        return pod(ordinal).orElseThrow();
    }

    /** One that a new pod replaces. */
    private Pod remade(Pod pod) {
        client().resource(pod).withGracePeriod(0).delete();
        String before = pod.getMetadata().getUid();
        int ordinal =
                Integer.parseInt(pod.getMetadata().getLabels().get("apps.kubernetes.io/pod-index"));
        await().atMost(PATIENCE)
                .until(() ->
                        pod(ordinal)
                                .filter(it -> !it.getMetadata().getUid().equals(before))
                                .isPresent());
        return pod(ordinal).orElseThrow();
    }

    private void assertCertified(Pod pod) throws IOException, InterruptedException {
        String name = pod.getMetadata().getName() + "." + pods;
        assertThat(identity(set.token(pod, Caller.Kind.POD))).hasToString("pod " + name);
        assertThat(identity(set.token(pod, Caller.Kind.VNET)).uri())
                .isEqualTo("dispersive://vnet/" + name);
    }

    @Test
    void allPodsOfASetGetCertificates() throws Exception {
        for (int ordinal = 0; ordinal < SetInCluster.SIZE; ordinal++) {
            assertCertified(awaitPod(ordinal));
        }
    }

    /** Defaults of a namespace, a container to debug with. */
    @Test
    void whatAdmissionAndAdministratorsAddDoesNoHarm() throws Exception {
        client().resource(
                        new LimitRangeBuilder()
                                .withNewMetadata()
                                .withNamespace(pods)
                                .withName("defaults")
                                .endMetadata()
                                .withNewSpec()
                                .addNewLimit()
                                .withType("Container")
                                .withDefault(Map.of("memory", new Quantity("512Mi")))
                                .withDefaultRequest(Map.of("cpu", new Quantity("10m")))
                                .endLimit()
                                .endSpec()
                                .build())
                .create();
        Pod pod = remade(awaitPod(1));
        assertThat(pod.getSpec().getContainers().getFirst().getResources().getLimits())
                .containsKey("memory");
        assertThat(pod.getSpec().getTolerations()).isNotEmpty();
        client().pods()
                .inNamespace(pods)
                .withName(name(1))
                .ephemeralContainers()
                .edit(it ->
                        new PodBuilder(it)
                                .editSpec()
                                .addNewEphemeralContainer()
                                .withName("debugger")
                                .withImage("localhost/busybox:1")
                                .endEphemeralContainer()
                                .endSpec()
                                .build());
        assertCertified(pod(1).orElseThrow());
    }

    /** The operator replaces them one by one, and the others renew their certificates meanwhile. */
    @Test
    void podsOfEitherRevisionGetCertificates() throws Exception {
        Pod old = awaitPod(0);
        Pod older = awaitPod(2);
        set.useImage("localhost/storage-pod:2");
        await().atMost(PATIENCE).until(this::hasNewRevision);
        assertCertified(old);
        Pod made = remade(old);
        assertThat(made.getSpec().getContainers().getFirst().getImage())
                .isEqualTo("localhost/storage-pod:2");
        assertCertified(made);
        assertCertified(older);
    }

    private boolean hasNewRevision() {
        StatefulSetStatus status =
                client().apps()
                        .statefulSets()
                        .inNamespace(pods)
                        .withName(set.name())
                        .get()
                        .getStatus();
        return status != null
                && status.getUpdateRevision() != null
                && !status.getUpdateRevision().equals(status.getCurrentRevision());
    }
}
