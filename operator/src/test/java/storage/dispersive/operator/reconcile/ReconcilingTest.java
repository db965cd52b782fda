package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.clustertests.ReconcilingBehaviour;

/** In process; and here what needs many nodes, or to hear each call of the operator. */
@ExtendWith(OneCluster.class)
class ReconcilingTest extends ReconcilingBehaviour {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    ReconcilingTest(TriedCluster cluster) {
        super(cluster);
        this.cluster = cluster;
        this.client = cluster.client();
    }

    @Test
    void volumesThatComeAtTheSameTimeAreSpreadEvenlyOverALargerPool() {
        cluster.pool("eight", "pods: 8");
        List<String> names = IntStream.range(0, 9).mapToObj(it -> "spread-" + it).toList();
        names.forEach(it -> cluster.pooled(it, 2, 1, "eight"));
        names.forEach(cluster::awaitReady);
        await().untilAsserted(() -> {
            List<Integer> counts =
                    Objects.requireNonNull(cluster.pool("eight").getStatus().pods()).stream()
                            .map(PoolPod::volumes)
                            .toList();
            assertThat(counts.stream().mapToInt(it -> it).sum()).isEqualTo(27);
            assertThat(counts).allMatch(it -> it == 3 || it == 4);
        });
    }

    /** Fails if a reconciler writes what is there, or looks again at what is as it should be. */
    @Test
    void anIdleOperatorAsksForNothingAndSaysNothing() {
        cluster.volume("quiet", 4, 2, "standard");
        cluster.pool("quiet", "pods: 3");
        cluster.pooled("pooled", 2, 1, "quiet");
        cluster.awaitCondition("quiet", "Degraded", "AllServe");
        cluster.awaitCondition("pooled", "Degraded", "AllServe");
        int settled = cluster.calls().settled();
        long events = events().size();
        DispersiveVolume applied = cluster.volume("quiet");
        applied.getMetadata().setManagedFields(null);
        client.resource(applied).forceConflicts().serverSideApply();
        await().during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cluster.calls().since(settled)).isEmpty());
        assertThat(events()).hasSize((int) events);
        // The count does count: something that is to be mended is a call.
        client.services().inNamespace(NAMESPACE).withName("dv-quiet").delete();
        await().untilAsserted(() -> assertThat(cluster.calls().since(settled)).isNotEmpty());
    }

    private List<Event> events() {
        return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(it -> "dispersive-operator".equals(it.getReportingComponent()))
                .toList();
    }
}
