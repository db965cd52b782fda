package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.clustertests.LettingGoBehaviour;
import storage.dispersive.clustertests.MissingPods;
import storage.dispersive.clustertests.OperatedCluster;
import storage.dispersive.clustertests.OperatedCluster.Template;

/** In process; and here what looks into stores, or has a node die and come back. */
@ExtendWith(OneCluster.class)
class LettingGoTest extends LettingGoBehaviour {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    LettingGoTest(TriedCluster cluster) {
        super(cluster);
        this.cluster = cluster;
        this.client = cluster.client();
    }

    @Test
    void theStoresOfAPoolForgetAVolumeOnlyIfItIsReclaimed() {
        cluster.pool("common", "pods: 3");
        cluster.volume(
                "reclaimed",
                "dispersal: {data: 2, redundancy: 1}, poolRef: {name: common},"
                        + " reclaimPolicy: Delete");
        cluster.pooled("retained", 2, 1, "common");
        String gone = id(cluster.awaitReady("reclaimed"));
        String kept = id(cluster.awaitReady("retained"));
        cluster.stores().silence("dpool-common-1");
        cluster.delete("reclaimed");
        cluster.delete("retained");
        cluster.awaitGone("retained");
        DispersiveVolume told = cluster.awaitCondition("reclaimed", "Deletable", "PortionsLeft");
        assertThat(OperatedCluster.condition(told, "Deletable").orElseThrow().message())
                .contains("dpool-common-1 does not answer");
        cluster.stores().hear("dpool-common-1");
        cluster.awaitGone("reclaimed");
        for (int pod = 0; pod < 3; pod++) {
            assertThat(cluster.stores().volumes("dpool-common-" + pod))
                    .contains(kept)
                    .doesNotContain(gone);
        }
    }

    private static String id(DispersiveVolume volume) {
        return Objects.requireNonNull(volume.getStatus().volumeId());
    }

    @Test
    void aRollWaitsForAPodThatNeverEnds() {
        cluster.volume("rolled", 4, 2, STANDARD);
        DispersiveVolume ready = cluster.awaitCondition("rolled", "Degraded", "AllServe");
        String node = Objects.requireNonNull(OperatedCluster.portions(ready).getFirst().node());
        cluster.nodes().kill(node);
        cluster.awaitCondition("rolled", "Degraded", "PodsMissing");
        Set<String> old = uids();
        try (MissingPods missing = new MissingPods(cluster, 6)) {
            cluster.restartOperator(Template.OTHER);
            // The one that does not serve is replaced; it never ends, as its node is dead.
            cluster.awaitCondition("rolled", "Progressing", "PodsStarting");
            await().during(Duration.ofSeconds(3)).until(() -> missing.most() == 1);
            assertThat(uids()).isEqualTo(old);
            cluster.nodes().revive(node);
            cluster.eventually()
                    .atMost(cluster.patience().multipliedBy(2))
                    .untilAsserted(() -> {
                        assertThat(uids()).doesNotContainAnyElementsOf(old).hasSize(6);
                        assertThat(images()).containsExactly("localhost/storage-pod:2");
                    });
            cluster.awaitCondition("rolled", "Degraded", "AllServe");
            assertThat(missing.most()).isEqualTo(1);
        } finally {
            cluster.nodes().revive(node);
            cluster.restartOperator(Template.USUAL);
        }
    }

    @Test
    void aRollDoesNotBeginWhileADiskIsLost() {
        cluster.volume("hurt", 4, 2, STANDARD);
        cluster.awaitCondition("hurt", "Degraded", "AllServe");
        cluster.stores().wipe("dv-hurt-0");
        client.pods().inNamespace(NAMESPACE).withName("dv-hurt-0").delete();
        cluster.awaitCondition("hurt", "Degraded", "PortionsLost");
        Set<String> old = uids();
        try {
            cluster.restartOperator(Template.OTHER);
            cluster.awaitCondition("hurt", "Progressing", "Rolling");
            await().during(Duration.ofSeconds(3)).until(() -> uids().equals(old));
        } finally {
            cluster.restartOperator(Template.USUAL);
        }
    }

    private Set<String> uids() {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .map(it -> it.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    private Set<String> images() {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .flatMap(it -> it.getSpec().getContainers().stream())
                .map(it -> it.getImage())
                .collect(Collectors.toSet());
    }
}
