package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import storage.dispersive.operator.cluster.ObservedClaim;
import storage.dispersive.operator.cluster.Obstacle;
import storage.dispersive.operator.cluster.Obstacle.Reason;

/**
 * The StorageClasses of a cluster, watched: hundreds of volumes may wait for one, and look again
 * and again whether it is there. For any thread.
 */
public final class StorageClasses implements AutoCloseable {

    private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    private final SharedIndexInformer<StorageClass> informer;

    private StorageClasses(SharedIndexInformer<StorageClass> informer) {
        this.informer = informer;
    }

    /** Lists all of them, and watches them until it is closed. */
    public static StorageClasses start(KubernetesClient client) {
        return new StorageClasses(client.storage().v1().storageClasses().inform());
    }

    /** Whether claims of a class may grow; false if there is no such class. */
    boolean growClaims(String name) {
        return find(name)
                .map(StorageClass::getAllowVolumeExpansion)
                .filter(Boolean.TRUE::equals)
                .isPresent();
    }

    private Optional<StorageClass> find(String name) {
        return Optional.ofNullable(informer.getStore().getByKey(name));
    }

    /** What keeps claims from being bound, as far as their StorageClass does. */
    public Optional<Obstacle> obstacle(List<ObservedClaim> claims) {
        return claims.stream().filter(it -> !it.isBound()).findFirst().map(this::obstacle);
    }

    private Obstacle obstacle(ObservedClaim claim) {
        if (claim.storageClass().isEmpty()) {
            return hasDefault()
                    ? new Obstacle(Reason.CLAIM_PENDING, "claim " + claim.name() + " is not bound")
                    : new Obstacle(
                            Reason.STORAGE_CLASS_MISSING,
                            "the cluster has no default StorageClass; make one the default, or"
                                    + " name one in spec.storage.storageClassName");
        }
        String name = claim.storageClass().get();
        return find(name).isEmpty()
                ? new Obstacle(
                        Reason.STORAGE_CLASS_MISSING,
                        "there is no StorageClass "
                                + name
                                + "; make it, or make the resource anew"
                                + " with another")
                : new Obstacle(
                        Reason.CLAIM_PENDING,
                        "claim "
                                + claim.name()
                                + " of StorageClass "
                                + name
                                + " is not bound; see 'kubectl describe pvc "
                                + claim.name()
                                + "'");
    }

    private boolean hasDefault() {
        return informer.getStore().list().stream()
                .map(it -> it.getMetadata().getAnnotations())
                .anyMatch(it -> it != null && "true".equals(it.get(IS_DEFAULT)));
    }

    @Override
    public void close() {
        informer.stop();
    }
}
