package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** What tests made. */
final class Leftovers {

    private Leftovers() {}

    /** Deletes it, claims included, and waits until storage pods are gone. */
    static void clear() {
        for (String namespace : List.of(Cluster.STORAGE, Cluster.OTHER)) {
            Cluster.volumes(namespace).forEach(it -> Attachments.release(it));
            Cluster.CLIENT.resources(DispersiveVolume.class).inNamespace(namespace).delete();
            Cluster.CLIENT.resources(DispersivePool.class).inNamespace(namespace).delete();
        }
        for (String namespace : List.of(Cluster.STORAGE, Cluster.OTHER)) {
            Cluster.await("nothing is left in " + namespace, () -> assertThatNoneIsIn(namespace));
            Cluster.CLIENT.persistentVolumeClaims().inNamespace(namespace).delete();
            Cluster.await(
                    "no claims are left in " + namespace,
                    () ->
                            assertThat(
                                            Cluster.CLIENT
                                                    .persistentVolumeClaims()
                                                    .inNamespace(namespace)
                                                    .list()
                                                    .getItems())
                                    .isEmpty());
        }
    }

    private static void assertThatNoneIsIn(String namespace) {
        assertThat(Cluster.volumes(namespace)).isEmpty();
        assertThat(
                        Cluster.CLIENT
                                .resources(DispersivePool.class)
                                .inNamespace(namespace)
                                .list()
                                .getItems())
                .isEmpty();
        assertThat(Cluster.CLIENT.pods().inNamespace(namespace).list().getItems()).isEmpty();
    }
}
