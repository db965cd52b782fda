package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** Volumes and pools become what their resources say, and say how they are. */
class ReconcilingTest {

    private static @Nullable TriedCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TriedCluster.start();
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static TriedCluster cluster() {
        return java.util.Objects.requireNonNull(cluster);
    }

    @Test
    void aVolumeOfItsOwnBecomesReady() {
        cluster().volume("own", "dispersal: {data: 4, redundancy: 2}");
        DispersiveVolume ready = cluster().awaitReady("own");
        assertThat(ready.getStatus().portions())
                .hasSize(6)
                .allMatch(it -> it.state() == Portion.State.SERVING);
    }
}
