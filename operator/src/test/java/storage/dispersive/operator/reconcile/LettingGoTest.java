package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;
import static storage.dispersive.operator.reconcile.TriedCluster.PATIENCE;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** What is used is not deleted, and what is deleted loses what it should and nothing else. */
@ExtendWith(OneCluster.class)
class LettingGoTest {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    LettingGoTest(TriedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    private void delete(String volume) {
        client.resources(DispersiveVolume.class).inNamespace(NAMESPACE).withName(volume).delete();
    }

    private void awaitGone(String volume) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        client.resources(DispersiveVolume.class)
                                                .inNamespace(NAMESPACE)
                                                .withName(volume)
                                                .get())
                                .isNull());
    }

    @Test
    void aVolumeThatANodeUsesIsDeletedWhenItDoesNotAnyMore() {
        cluster.volume("used", 2, 1, "standard");
        cluster.awaitCondition("used", "Degraded", "AllServe");
        cluster.attach("used", "node-5");
        delete("used");
        DispersiveVolume told = cluster.awaitCondition("used", "Deletable", "Attached");
        assertThat(TriedCluster.condition(told, "Deletable").orElseThrow().message())
                .contains("node node-5");
        assertThat(told.getStatus().mayBeMissing()).isEqualTo(1);
        await().untilAsserted(() ->
                assertThat(client.v1().events().inNamespace(NAMESPACE).list().getItems())
                        .anyMatch(it ->
                                it.getInvolvedObject().getName().equals("used")
                                        && it.getType().equals("Warning")
                                        && it.getMessage().startsWith("Deletable: ")));
        // It is still kept as any other.
        client.services().inNamespace(NAMESPACE).withName("dv-used").delete();
        await().untilAsserted(() ->
                assertThat(client.services().inNamespace(NAMESPACE).withName("dv-used").get())
                        .isNotNull());
        cluster.awaitReady("used");
        cluster.attach("used", null);
        awaitGone("used");
    }

    @Test
    void aPoolIsDeletedWhenItHoldsNoVolumeAnyMore() {
        cluster.pool("held", "pods: 3");
        cluster.pooled("holding", 2, 1, "held");
        cluster.awaitReady("holding");
        client.resource(cluster.pool("held")).delete();
        DispersivePool told = cluster.awaitPool("held", "Deletable", "HoldsVolumes");
        assertThat(TriedCluster.condition(told, "Deletable").orElseThrow().message())
                .contains("1 volumes");
        cluster.pooled("late", 2, 1, "held");
        cluster.awaitCondition("late", "Ready", "PoolIsDeleted");
        delete("late");
        delete("holding");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        client.resources(DispersivePool.class)
                                                .inNamespace(NAMESPACE)
                                                .list()
                                                .getItems())
                                .isEmpty());
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
        delete("reclaimed");
        delete("retained");
        awaitGone("retained");
        DispersiveVolume told = cluster.awaitCondition("reclaimed", "Deletable", "PortionsLeft");
        assertThat(TriedCluster.condition(told, "Deletable").orElseThrow().message())
                .contains("dpool-common-1 does not answer");
        cluster.stores().hear("dpool-common-1");
        awaitGone("reclaimed");
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
    void claimsGoWithAVolumeOfItsOwnOnlyIfItIsReclaimed() {
        cluster.volume(
                "reclaimed",
                "dispersal: {data: 2, redundancy: 1}, storage: {storageClassName: standard},"
                        + " reclaimPolicy: Delete");
        cluster.volume("retained", 2, 1, "standard");
        cluster.awaitReady("reclaimed");
        cluster.awaitReady("retained");
        assertThat(claims()).hasSize(6);
        delete("reclaimed");
        delete("retained");
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(client.pods().inNamespace(NAMESPACE).list().getItems()).isEmpty();
                    assertThat(claims())
                            .extracting(it -> it.getMetadata().getName())
                            .containsExactlyInAnyOrder(
                                    "store-dv-retained-0",
                                    "store-dv-retained-1",
                                    "store-dv-retained-2");
                });
    }

    private List<PersistentVolumeClaim> claims() {
        return client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems();
    }

    @Test
    void aVolumeThatIsMadeAgainAtOnceGetsPodsOfItsOwn() {
        cluster.volume("again", 2, 1, "standard");
        String before = id(cluster.awaitReady("again"));
        String owner = cluster.volume("again").getMetadata().getUid();
        delete("again");
        awaitGone("again");
        cluster.volume("again", 2, 1, "standard");
        DispersiveVolume now = cluster.awaitCondition("again", "Degraded", "AllServe");
        assertThat(id(now)).isNotEqualTo(before);
        assertThat(
                        client.apps()
                                .statefulSets()
                                .inNamespace(NAMESPACE)
                                .withName("dv-again")
                                .require()
                                .getMetadata()
                                .getOwnerReferences())
                .extracting(it -> it.getUid())
                .doesNotContain(owner)
                .containsExactly(now.getMetadata().getUid());
    }

    @Test
    void aRollReplacesOnePodAtATimeAndStopsWhileOneIsMissing() {
        cluster.volume("rolled", 4, 2, "standard");
        DispersiveVolume ready = cluster.awaitCondition("rolled", "Degraded", "AllServe");
        Portion first = Objects.requireNonNull(ready.getStatus().portions()).getFirst();
        String node = Objects.requireNonNull(first.node());
        cluster.nodes().kill(node);
        cluster.awaitCondition("rolled", "Degraded", "PodsMissing");
        Set<String> old = uids();
        try (Missing missing = new Missing(client, 6)) {
            cluster.restartOperator("2");
            // The one that does not serve is replaced; it never ends, as its node is dead.
            await().untilAsserted(() ->
                    assertThat(cluster.awaitCondition("rolled", "Progressing", "PodsStarting"))
                            .isNotNull());
            await().during(Duration.ofSeconds(3)).until(() -> missing.most() == 1);
            assertThat(uids()).isEqualTo(old);
            cluster.nodes().revive(node);
            await().atMost(PATIENCE.multipliedBy(2))
                    .untilAsserted(() -> {
                        assertThat(uids()).doesNotContainAnyElementsOf(old).hasSize(6);
                        assertThat(images()).containsExactly("localhost/storage-pod:2");
                    });
            cluster.awaitCondition("rolled", "Degraded", "AllServe");
            assertThat(missing.most()).isEqualTo(1);
        } finally {
            cluster.nodes().revive(node);
            cluster.restartOperator("1");
        }
    }

    @Test
    void aRollDoesNotBeginWhileADiskIsLost() {
        cluster.volume("hurt", 4, 2, "standard");
        cluster.awaitCondition("hurt", "Degraded", "AllServe");
        cluster.stores().wipe("dv-hurt-0");
        client.pods().inNamespace(NAMESPACE).withName("dv-hurt-0").delete();
        cluster.awaitCondition("hurt", "Degraded", "PortionsLost");
        Set<String> old = uids();
        try {
            cluster.restartOperator("2");
            cluster.awaitCondition("hurt", "Progressing", "Rolling");
            await().during(Duration.ofSeconds(3)).until(() -> uids().equals(old));
        } finally {
            cluster.restartOperator("1");
        }
    }

    private Set<String> uids() {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .map(it -> it.getMetadata().getUid())
                .collect(java.util.stream.Collectors.toSet());
    }

    private Set<String> images() {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .flatMap(it -> it.getSpec().getContainers().stream())
                .map(it -> it.getImage())
                .collect(java.util.stream.Collectors.toSet());
    }
}
