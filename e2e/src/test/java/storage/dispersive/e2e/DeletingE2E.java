package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** What is used is not deleted, and what becomes of data is what was asked for. */
@OnCluster
class DeletingE2E {

    private static final String HERE = Cluster.OTHER;
    private static final String GONE = "gone";
    private static final String KEPT = "kept";
    private static final String TENANT = "tenant";
    private static final String POOL = "house";

    @BeforeAll
    static void makeVolumes() {
        Leftovers.clear();
        Cluster.create(HERE, Cluster.volume(GONE, "256Mi", 1, 1, "reclaimPolicy: Delete"));
        Cluster.create(HERE, Cluster.volume(KEPT, "256Mi", 1, 1));
        Cluster.create(
                HERE,
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersivePool
                metadata: {name: %s}
                spec: {pods: 2, storage: {size: 1Gi}, reclaimPolicy: Delete}
                """
                        .formatted(POOL));
        Cluster.create(
                HERE, Cluster.volume(TENANT, "256Mi", 1, 1, "poolRef: {name: %s}".formatted(POOL)));
        for (String name : List.of(GONE, KEPT, TENANT)) {
            Reported.awaitWhole(HERE, name);
        }
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    private static void delete(String kind, String name) {
        Cluster.kubectl("-n", HERE, "delete", kind, name, "--wait=false");
    }

    private static boolean isThere(String name) {
        return Cluster.volumes(HERE).stream()
                .anyMatch(it -> it.getMetadata().getName().equals(name));
    }

    private static List<String> claims(String set) {
        return Cluster.CLIENT
                .persistentVolumeClaims()
                .inNamespace(HERE)
                .withLabels(Cluster.labels(set))
                .list()
                .getItems()
                .stream()
                .map(it -> it.getStatus().getPhase())
                .toList();
    }

    private static void awaitGone(String name, String set) {
        Cluster.await(
                name + " and its storage pods are gone",
                () -> {
                    assertThat(isThere(name)).isFalse();
                    assertThat(Cluster.pods(HERE, set)).isEmpty();
                });
    }

    @Test
    @Order(1)
    void aVolumeThatANodeUsesIsNotDeleted() {
        DispersiveVolume before = Cluster.volume(HERE, GONE);
        String node = Objects.requireNonNull(Reported.portions(before).getFirst().node());
        Attachments.take(before, node);
        delete("dv", GONE);
        Cluster.await(
                "the refusal is told",
                () -> {
                    DispersiveVolume volume = Cluster.volume(HERE, GONE);
                    var deletable = Reported.condition(volume, "Deletable");
                    Reported.assertHolds(deletable, Truth.FALSE, "Attached");
                    assertThat(deletable.message()).contains(node);
                    Reported.assertHolds(Reported.condition(volume, "Attached"), Truth.TRUE);
                    Reported.assertHolds(Reported.condition(volume, "Ready"), Truth.TRUE);
                });
        Cluster.CLIENT.resource(Cluster.pod(HERE, "dv-gone-0")).delete();
        Cluster.await(
                "its storage pods are looked after still",
                () ->
                        assertThat(
                                        Reported.condition(Cluster.volume(HERE, GONE), "Degraded")
                                                .status())
                                .isEqualTo(Truth.TRUE));
        Reported.awaitWhole(HERE, GONE);
    }

    @Test
    @Order(2)
    void itIsDeletedWithItsClaimsWhenNoNodeUsesItAnyMore() {
        assertThat(claims("dv-gone")).containsExactly("Bound", "Bound");
        Attachments.release(Cluster.volume(HERE, GONE));
        awaitGone(GONE, "dv-gone");
        Cluster.await("claims are deleted", () -> assertThat(claims("dv-gone")).isEmpty());
    }

    @Test
    @Order(3)
    void whatIsRetainedKeepsItsClaims() {
        delete("dv", KEPT);
        awaitGone(KEPT, "dv-kept");
        assertThat(claims("dv-kept")).containsExactly("Bound", "Bound");
    }

    @Test
    @Order(4)
    void aPoolThatHoldsVolumesIsNotDeleted() {
        delete("dpool", POOL);
        Cluster.await(
                "the refusal is told",
                () -> {
                    DispersivePool pool = Cluster.pool(HERE, POOL);
                    Reported.assertHolds(
                            Reported.condition(pool, "Deletable"), Truth.FALSE, "HoldsVolumes");
                    Reported.assertHolds(Reported.condition(pool, "Ready"), Truth.TRUE);
                });
        Reported.assertHolds(Reported.condition(Cluster.volume(HERE, TENANT), "Ready"), Truth.TRUE);
    }

    @Test
    @Order(5)
    void itIsDeletedWithTheLastOfThem() {
        delete("dv", TENANT);
        awaitGone(TENANT, "dpool-" + POOL);
        Cluster.await(
                "the pool is gone",
                () ->
                        assertThat(
                                        Cluster.CLIENT
                                                .resources(DispersivePool.class)
                                                .inNamespace(HERE)
                                                .withName(POOL)
                                                .get())
                                .isNull());
        Cluster.await("claims are deleted", () -> assertThat(claims("dpool-house")).isEmpty());
    }
}
