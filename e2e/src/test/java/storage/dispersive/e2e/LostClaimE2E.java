package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** A storage pod that comes back with an empty disk does not count as one that was never away. */
@OnCluster
class LostClaimE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "lost";
    private static final String POD = "dv-lost-1";

    @BeforeAll
    static void makeVolume() {
        Leftovers.clear();
        Cluster.create(HERE, Cluster.volume(NAME, "256Mi", 2, 1));
        Reported.awaitWhole(HERE, NAME);
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    private static int budget() {
        return Cluster.CLIENT
                .policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(HERE)
                .withName("dv-" + NAME)
                .require()
                .getSpec()
                .getMaxUnavailable()
                .getIntVal();
    }

    @Test
    void aPortionWhoseClaimIsLostIsWiped() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        assertThat(budget()).isEqualTo(1);
        Cluster.kubectl("-n", HERE, "delete", "pvc", "store-" + POD, "--wait=false");
        Cluster.kubectl("-n", HERE, "delete", "pod", POD);
        Cluster.await(
                "the loss is told",
                () -> {
                    DispersiveVolume volume = Cluster.volume(HERE, NAME);
                    assertThat(Reported.portions(volume).get(1).state())
                            .isEqualTo(Portion.State.WIPED);
                    var degraded = Reported.condition(volume, "Degraded");
                    Reported.assertHolds(degraded, Truth.TRUE, "PortionsLost");
                    assertThat(degraded.message())
                            .contains(POD + " (lost its disk)", "; 0 more may be");
                    Reported.assertHolds(Reported.condition(volume, "Ready"), Truth.TRUE);
                    assertThat(volume.getStatus().mayBeMissing()).isZero();
                });
        assertThat(Reported.lives(Cluster.volume(HERE, NAME))).isEqualTo(Reported.lives(before));
        Cluster.await("no other pod may be taken away", () -> assertThat(budget()).isZero());
        Command eviction = evict("dv-lost-0");
        assertThat(eviction.status()).isNotZero();
        assertThat(eviction.said()).contains("disruption budget");
    }

    private static Command evict(String pod) {
        String node = Cluster.pod(HERE, pod).getSpec().getNodeName();
        try {
            return Command.tried(
                    "kubectl",
                    "drain",
                    node,
                    "--pod-selector=app.kubernetes.io/instance=dv-" + NAME,
                    "--delete-emptydir-data",
                    "--timeout=6s");
        } finally {
            Cluster.kubectl("uncordon", node);
        }
    }
}
