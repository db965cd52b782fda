package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** A volume outlives a node that hangs, or crashes, together with the operator on it. */
@OnCluster
class NodeGoneE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "survivor";

    @BeforeAll
    static void makeVolume() {
        Leftovers.clear();
        Cluster.create(
                HERE, Cluster.volume(NAME, "256Mi", 4, 2, "placement: {portionsPerDomain: 2}"));
        Reported.awaitWhole(HERE, NAME);
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    /** The node of the operator that leads, which is the worst one to lose. */
    private static String nodeOfLeader() {
        String leader =
                Cluster.CLIENT
                        .leases()
                        .inNamespace(Cluster.SYSTEM)
                        .withName("dispersive-operator")
                        .require()
                        .getSpec()
                        .getHolderIdentity();
        return Cluster.pod(Cluster.SYSTEM, leader).getSpec().getNodeName();
    }

    @Test
    @Order(1)
    void aVolumeStaysReadyWhileANodeHangs() {
        outlives("pause", "unpause");
    }

    @Test
    @Order(2)
    void aVolumeStaysReadyWhileANodeIsOff() {
        outlives("kill", "start");
    }

    private static void outlives(String fault, String repair) {
        DispersiveVolume before = Reported.awaitWhole(HERE, NAME);
        String node = nodeOfLeader();
        List<String> there =
                Reported.portions(before).stream()
                        .filter(it -> node.equals(it.node()))
                        .map(Portion::pod)
                        .toList();
        assertThat(there).hasSize(2);
        List<Condition> notReady = new CopyOnWriteArrayList<>();
        Cluster.node(fault, node);
        try {
            Cluster.await(
                    "the loss is told",
                    () -> {
                        DispersiveVolume volume = Cluster.volume(HERE, NAME);
                        Condition ready = Reported.condition(volume, "Ready");
                        if (ready.status() != Truth.TRUE) {
                            notReady.add(ready);
                        }
                        Condition degraded = Reported.condition(volume, "Degraded");
                        Reported.assertHolds(degraded, Truth.TRUE);
                        assertThat(degraded.message()).contains(there);
                        assertThat(Reported.count(volume, Portion.State.SERVING)).isEqualTo(4);
                        assertThat(volume.getStatus().mayBeMissing()).isZero();
                    });
        } finally {
            Cluster.node(repair, node);
        }
        DispersiveVolume after = Reported.awaitWhole(HERE, NAME);
        assertThat(Reported.lives(after)).isEqualTo(Reported.lives(before));
        assertThat(notReady).isEmpty();
        Cluster.kubectl("wait", "--for=condition=Ready", "node/" + node, "--timeout=180s");
        Chart.awaitOperator();
    }
}
