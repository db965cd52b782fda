package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Looking at what is as it should be costs no call: it is done for each volume again and again. */
@ExtendWith(OneCluster.class)
class LookingAgainTest {

    private final TriedCluster cluster;

    LookingAgainTest(TriedCluster cluster) {
        this.cluster = cluster;
    }

    @Test
    void nothingIsWrittenButWhatIsNew() {
        cluster.volume("calm", 2, 1, "standard");
        cluster.awaitWhole("calm");
        int settled = cluster.calls().settled();
        cluster.attach(cluster.volume("calm"), "node-1");
        cluster.awaitCondition("calm", "Attached", "Attached");
        int told = cluster.calls().settled();
        List<String> calls = cluster.calls().since(settled).subList(0, told - settled);
        assertThat(calls)
                .isNotEmpty()
                .allMatch(it -> it.endsWith("/calm/status") || it.endsWith("/events"));
        cluster.release(cluster.volume("calm"));
    }

    /** Its volume looks for the class every half minute, and others beside it would, too. */
    @Test
    void aVolumeThatWaitsForAStorageClassAsksForNothing() {
        cluster.volume("waiting", 2, 1, "missing");
        cluster.awaitCondition("waiting", "Ready", "StorageClassMissing");
        int settled = cluster.calls().settled();
        await().during(Duration.ofSeconds(35))
                .atMost(Duration.ofSeconds(45))
                .untilAsserted(() -> assertThat(cluster.calls().since(settled)).isEmpty());
    }
}
