package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * A pod has ordinary claims, of all faces: what it writes there it finds again on another node, and
 * it sees no error while the processes of its node come and go.
 */
@OnCluster
class ClaimE2E {

    private static final String FIRST = "dispersive-worker";
    private static final String SECOND = "dispersive-worker2";

    @BeforeAll
    static void claim() {
        clear();
        Workload.claim();
        Workload.start(FIRST);
    }

    @AfterAll
    static void clear() {
        Workload.clear();
        Leftovers.clear();
    }

    @Test
    @Order(1)
    void aKilledProcessOfTheNodeIsNoError() {
        for (String program : List.of("EngineHostMain", "MounterMain", "SidecarMain", "csi.jar")) {
            OnNode.run(FIRST, "pkill", "-9", "-f", program);
            Workload.awaitProgress();
            awaitNodePod(FIRST);
            tell("after SIGKILL of " + program);
        }
    }

    @Test
    @Order(2)
    void aNodePodThatIsDeletedHandsItsVolumesOver() {
        String before = nodePod(FIRST).getMetadata().getName();
        Cluster.kubectl("-n", Cluster.SYSTEM, "delete", "pod", before, "--wait=false");
        Cluster.await(
                "another pod serves the node",
                () -> assertThat(nodePod(FIRST).getMetadata().getName()).isNotEqualTo(before));
        awaitNodePod(FIRST);
        Workload.awaitProgress();
        tell("after the node's pod was deleted");
    }

    @Test
    @Order(3)
    void theDaemonSetIsRolledUnderLoad() {
        Cluster.kubectl("-n", Cluster.SYSTEM, "rollout", "restart", "daemonset/dispersive-node");
        Cluster.kubectl(
                "-n",
                Cluster.SYSTEM,
                "rollout",
                "status",
                "daemonset/dispersive-node",
                "--timeout=300s");
        Workload.awaitProgress();
        tell("after the roll");
    }

    @Test
    @Order(4)
    void whatWasWrittenIsThereOnAnotherNode() {
        long written = Workload.count();
        Workload.stop();
        Workload.start(SECOND);
        assertThat(Workload.found())
                .hasSize(3)
                .allSatisfy(it -> assertThat(it).isBetween(written, written + 100));
        OnNode.awaitNothingOf(FIRST);
    }

    @Test
    @Order(5)
    void nothingIsLeftOfDeletedClaims() {
        Workload.clear();
        Cluster.await(
                "the volumes are deleted",
                () -> assertThat(Cluster.volumes(Cluster.STORAGE)).isEmpty());
        OnNode.awaitNothingOf(SECOND);
    }

    private static void tell(String when) {
        System.out.printf("%s: longest wait %d ms%n", when, Workload.longestMillis());
    }

    private static Pod nodePod(String node) {
        return Cluster.CLIENT
                .pods()
                .inNamespace(Cluster.SYSTEM)
                .withLabel("app.kubernetes.io/name", "dispersive-node")
                .list()
                .getItems()
                .stream()
                .filter(it -> node.equals(it.getSpec().getNodeName()))
                .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pod of the driver is on " + node));
    }

    private static void awaitNodePod(String node) {
        Cluster.await(
                "all containers of the node's pod are ready",
                () ->
                        assertThat(nodePod(node).getStatus().getConditions())
                                .anySatisfy(it -> {
                                    assertThat(it.getType()).isEqualTo("Ready");
                                    assertThat(it.getStatus()).isEqualTo("True");
                                }));
    }
}
