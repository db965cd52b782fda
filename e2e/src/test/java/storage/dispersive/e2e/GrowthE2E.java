package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** A volume grows where its StorageClass lets claims grow, and says so where it does not. */
@OnCluster
class GrowthE2E {

    private static final String HERE = Cluster.STORAGE;

    @BeforeAll
    static void makeVolumes() {
        Leftovers.clear();
        for (String storageClass : List.of("limited", "standard")) {
            Cluster.create(
                    HERE,
                    Cluster.volume(
                            storageClass,
                            "256Mi",
                            2,
                            1,
                            "storage: {storageClassName: %s}".formatted(storageClass)));
        }
        Reported.awaitWhole(HERE, "limited");
        Reported.awaitWhole(HERE, "standard");
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    private static void grow(String name) {
        Cluster.CLIENT
                .resources(DispersiveVolume.class)
                .inNamespace(HERE)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":\"512Mi\"}}");
    }

    private static List<String> capacities(String name) {
        return Cluster.CLIENT
                .persistentVolumeClaims()
                .inNamespace(HERE)
                .withLabels(Cluster.labels("dv-" + name))
                .list()
                .getItems()
                .stream()
                .map(it -> String.valueOf(it.getStatus().getCapacity().get("storage")))
                .toList();
    }

    @Test
    @Order(1)
    void claimsGrowWithTheVolume() {
        assertThat(capacities("limited")).containsExactly("416Mi", "416Mi", "416Mi");
        grow("limited");
        Cluster.await(
                "the volume has grown",
                () -> {
                    DispersiveVolume volume = Cluster.volume(HERE, "limited");
                    assertThat(String.valueOf(volume.getStatus().capacity())).isEqualTo("512Mi");
                    assertThat(String.valueOf(volume.getStatus().claim())).isEqualTo("576Mi");
                    Reported.assertHolds(Reported.condition(volume, "Grown"), Truth.TRUE, "Done");
                });
        assertThat(capacities("limited")).containsExactly("576Mi", "576Mi", "576Mi");
        Reported.awaitWhole(HERE, "limited");
    }

    @Test
    @Order(2)
    void aStorageClassThatCannotGrowIsNamed() {
        grow("standard");
        Cluster.await(
                "the volume says why",
                () -> {
                    DispersiveVolume volume = Cluster.volume(HERE, "standard");
                    var grown = Reported.condition(volume, "Grown");
                    Reported.assertHolds(grown, Truth.FALSE, "StorageClassCannotGrow");
                    assertThat(grown.message()).contains("standard", "allowVolumeExpansion");
                    assertThat(String.valueOf(volume.getStatus().capacity())).isEqualTo("256Mi");
                    Reported.assertHolds(Reported.condition(volume, "Ready"), Truth.TRUE);
                });
        assertThat(capacities("standard")).containsExactly("416Mi", "416Mi", "416Mi");
    }
}
