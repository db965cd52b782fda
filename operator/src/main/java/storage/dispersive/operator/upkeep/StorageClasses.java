package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import storage.dispersive.operator.cluster.ObservedClaim;
import storage.dispersive.operator.cluster.Obstacle;
import storage.dispersive.operator.cluster.Obstacle.Reason;

/** The StorageClasses of a cluster; asked only while a claim waits or is to grow. */
public final class StorageClasses {

    private static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    private final KubernetesClient client;

    public StorageClasses(KubernetesClient client) {
        this.client = client;
    }

    /** Whether claims of a class may grow; false if there is no such class. */
    boolean growClaims(String name) {
        return find(name)
                .map(StorageClass::getAllowVolumeExpansion)
                .filter(Boolean.TRUE::equals)
                .isPresent();
    }

    private Optional<StorageClass> find(String name) {
        return Optional.ofNullable(client.storage().v1().storageClasses().withName(name).get());
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
        return client.storage().v1().storageClasses().list().getItems().stream()
                .map(it -> it.getMetadata().getAnnotations())
                .anyMatch(it -> it != null && "true".equals(it.get(IS_DEFAULT)));
    }
}
