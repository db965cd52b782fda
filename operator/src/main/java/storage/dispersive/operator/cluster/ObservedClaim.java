package storage.dispersive.operator.cluster;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;

/** A claim of a storage pod as the API server knows it. */
public record ObservedClaim(PersistentVolumeClaim claim) {

    private static final String STORAGE = "storage";

    public String name() {
        return claim.getMetadata().getName();
    }

    public boolean isBound() {
        return claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase());
    }

    public boolean isEnding() {
        return claim.getMetadata().getDeletionTimestamp() != null;
    }

    /** Empty where the cluster has no default, or has not chosen it yet. */
    public Optional<String> storageClass() {
        return Optional.ofNullable(claim.getSpec().getStorageClassName());
    }

    /** The volume behind it, once there is one. */
    public Optional<String> volume() {
        return Optional.ofNullable(claim.getSpec().getVolumeName()).filter(it -> !it.isEmpty());
    }

    /** Bytes that were asked for. */
    public long requestedBytes() {
        return bytes(claim.getSpec().getResources().getRequests());
    }

    /** Bytes that are there, 0 if none are yet. */
    public long capacityBytes() {
        return Optional.ofNullable(claim.getStatus())
                .map(PersistentVolumeClaimStatus::getCapacity)
                .map(ObservedClaim::bytes)
                .orElse(0L);
    }

    private static long bytes(Map<String, Quantity> sizes) {
        Quantity size = sizes.get(STORAGE);
        return size == null ? 0 : size.getNumericalAmount().longValue();
    }
}
