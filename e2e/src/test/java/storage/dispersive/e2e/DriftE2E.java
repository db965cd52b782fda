package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** What somebody changes by hand is put right, and no data is lost over it. */
@OnCluster
class DriftE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "drift";
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

    /** Whatever happens, it is the same volume on the same disks as before. */
    private static void assertIsSame(DispersiveVolume before) {
        DispersiveVolume after = Reported.awaitWhole(HERE, NAME);
        assertThat(after.getStatus().volumeId()).isEqualTo(before.getStatus().volumeId());
        assertThat(Reported.lives(after)).isEqualTo(Reported.lives(before)).doesNotContainNull();
    }

    @Test
    @Order(1)
    void aStatefulSetThatIsEditedIsPutRight() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        Cluster.kubectl("-n", HERE, "scale", "statefulset", SET, "--replicas=2");
        Cluster.await(
                "there are three replicas again",
                () -> {
                    assertThat(Cluster.set(HERE, SET).getMetadata().getGeneration())
                            .isGreaterThan(2);
                    assertThat(Cluster.set(HERE, SET).getSpec().getReplicas()).isEqualTo(3);
                });
        assertIsSame(before);
    }

    @Test
    @Order(2)
    void aStatefulSetThatIsDeletedIsMadeAnew() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        String uid = Cluster.set(HERE, SET).getMetadata().getUid();
        Cluster.kubectl("-n", HERE, "delete", "statefulset", SET);
        Cluster.await(
                "there is another StatefulSet",
                () -> assertThat(Cluster.set(HERE, SET).getMetadata().getUid()).isNotEqualTo(uid));
        assertIsSame(before);
    }

    @Test
    @Order(3)
    void aBudgetThatIsDeletedIsMadeAnew() {
        Cluster.kubectl("-n", HERE, "delete", "pdb", SET);
        Cluster.await(
                "there is a budget",
                () ->
                        assertThat(
                                        Cluster.CLIENT
                                                .policy()
                                                .v1()
                                                .podDisruptionBudget()
                                                .inNamespace(HERE)
                                                .withName(SET)
                                                .get())
                                .isNotNull());
    }

    @Test
    @Order(4)
    void aStoragePodThatIsDeletedComesBackWithItsDisk() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        Set<Portion.State> states = ConcurrentHashMap.newKeySet();
        try (Watch watch = watch(states)) {
            assertThat(watch).isNotNull();
            Pod pod = Cluster.pod(HERE, SET + "-1");
            Cluster.CLIENT.resource(pod).delete();
            Cluster.await(
                    "there is another pod",
                    () ->
                            assertThat(Cluster.pod(HERE, SET + "-1").getMetadata().getUid())
                                    .isNotEqualTo(pod.getMetadata().getUid()));
            Cluster.await("it was missed", () -> assertThat(states).hasSizeGreaterThan(1));
            assertIsSame(before);
        }
        assertThat(states).contains(Portion.State.SERVING).doesNotContain(Portion.State.WIPED);
    }

    /** All that is ever said of portion 1. */
    private static Watch watch(Set<Portion.State> states) {
        return Cluster.CLIENT
                .resources(DispersiveVolume.class)
                .inNamespace(HERE)
                .withName(NAME)
                .watch(
                        new Watcher<>() {
                            @Override
                            public void eventReceived(Action action, DispersiveVolume volume) {
                                states.add(
                                        Objects.requireNonNull(volume.getStatus().portions())
                                                .get(1)
                                                .state());
                            }

                            @Override
                            public void onClose(WatcherException cause) {
                                throw new IllegalStateException("the watch has ended", cause);
                            }
                        });
    }
}
