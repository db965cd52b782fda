package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** Whoever takes the operator away loses nothing, and who puts it back goes on. */
@OnCluster
class ReinstallE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "lasting";
    private static final String SET = "dv-" + NAME;

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

    private static List<String> uids(List<? extends HasMetadata> objects) {
        return objects.stream().map(it -> it.getMetadata().getUid()).sorted().toList();
    }

    private static List<String> claims() {
        return uids(Cluster.CLIENT.persistentVolumeClaims().inNamespace(HERE).list().getItems());
    }

    private static Secret authority() {
        return Cluster.CLIENT
                .secrets()
                .inNamespace(Cluster.SYSTEM)
                .withName(Cluster.AUTHORITY)
                .require();
    }

    @Test
    void volumesOutliveTheOperatorThatIsUninstalled() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        List<String> pods = uids(Cluster.pods(HERE, SET));
        List<String> claims = claims();
        Secret authority = authority();
        String values = Chart.uninstall();
        try {
            Cluster.await(
                    "no operator is there",
                    () ->
                            assertThat(
                                            Cluster.CLIENT
                                                    .pods()
                                                    .inNamespace(Cluster.SYSTEM)
                                                    .list()
                                                    .getItems())
                                    .isEmpty());
            assertThat(Cluster.volume(HERE, NAME).getStatus()).isEqualTo(before.getStatus());
            assertThat(uids(Cluster.pods(HERE, SET))).hasSize(3).isEqualTo(pods);
            assertThat(claims()).hasSize(3).isEqualTo(claims);
            assertThat(authority().getMetadata().getUid())
                    .isEqualTo(authority.getMetadata().getUid());
        } finally {
            Chart.install(values);
        }
        assertThat(authority().getData()).isEqualTo(authority.getData());
        Reported.awaitWhole(HERE, NAME);
        assertThat(uids(Cluster.pods(HERE, SET))).isEqualTo(pods);
        // It enrols, so all that it needs is there again.
        Cluster.kubectl("-n", HERE, "delete", "pod", SET + "-2");
        DispersiveVolume after = Reported.awaitWhole(HERE, NAME);
        assertThat(Reported.lives(after)).isEqualTo(Reported.lives(before));
    }
}
