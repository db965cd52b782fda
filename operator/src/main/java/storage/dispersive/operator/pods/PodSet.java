package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolSpec;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeSpec;
import storage.dispersive.api.v1alpha1.Isolation;
import storage.dispersive.api.v1alpha1.Placement;
import storage.dispersive.api.v1alpha1.ReclaimPolicy;
import storage.dispersive.api.v1alpha1.VolumeStorage;
import storage.dispersive.api.v1alpha1.WhenUnsatisfiable;

/**
 * The storage pods of one volume, or of one pool.
 *
 * @param owner whose they are, and with whom their objects go
 * @param size how many there are
 * @param claim what each of them claims
 * @param paths NetworkAttachmentDefinitions of their further networks
 */
public record PodSet(
        Owner owner,
        int size,
        Claim claim,
        Placement placement,
        Isolation isolation,
        List<String> paths,
        ReclaimPolicy reclaimPolicy) {

    private static final Placement USUAL_PLACEMENT =
            new Placement(
                    "kubernetes.io/hostname", WhenUnsatisfiable.DO_NOT_SCHEDULE, 1, null, null);

    private static final VolumeStorage USUAL_STORAGE = new VolumeStorage(null, "25%");

    public PodSet {
        if (size < 1) {
            throw new IllegalArgumentException("a set of " + size + " pods");
        }
        paths = List.copyOf(paths);
    }

    /** What makes the names of a volume's pods differ from those of a pool of the same name. */
    private enum Kind {
        VOLUME("dv-"),
        POOL("dpool-");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** The resource that a set belongs to. */
    public record Owner(String prefix, String namespace, String name, OwnerReference reference) {
        private static Owner of(Kind kind, HasMetadata resource) {
            ObjectMeta metadata = resource.getMetadata();
            OwnerReference reference =
                    new OwnerReferenceBuilder()
                            .withApiVersion(resource.getApiVersion())
                            .withKind(resource.getKind())
                            .withName(metadata.getName())
                            .withUid(metadata.getUid())
                            .withController(true)
                            .withBlockOwnerDeletion(true)
                            .build();
            return new Owner(kind.prefix, metadata.getNamespace(), metadata.getName(), reference);
        }
    }

    /**
     * What a storage pod claims.
     *
     * @param storageClassName the cluster's default when null
     */
    public record Claim(@Nullable String storageClassName, ClaimSize size) {}

    /** The pods of a volume's own; empty where they are those of a pool. */
    public static Optional<PodSet> of(DispersiveVolume volume) {
        DispersiveVolumeSpec spec = volume.getSpec();
        if (spec.poolRef() != null) {
            return Optional.empty();
        }
        VolumeStorage storage = Objects.requireNonNullElse(spec.storage(), USUAL_STORAGE);
        return Optional.of(
                new PodSet(
                        Owner.of(Kind.VOLUME, volume),
                        spec.dispersal().portions(),
                        new Claim(
                                storage.storageClassName(),
                                ClaimSize.of(spec.size(), spec.dispersal(), storage.overhead())),
                        Objects.requireNonNullElse(spec.placement(), USUAL_PLACEMENT),
                        spec.network().isolation(),
                        Objects.requireNonNullElse(spec.network().paths(), List.of()),
                        spec.reclaimPolicy()));
    }

    /** The pods of a pool. */
    public static PodSet of(DispersivePool pool) {
        DispersivePoolSpec spec = pool.getSpec();
        return new PodSet(
                Owner.of(Kind.POOL, pool),
                spec.pods(),
                new Claim(spec.storage().storageClassName(), ClaimSize.of(spec.storage().size())),
                spec.placement(),
                spec.isolation(),
                Objects.requireNonNullElse(spec.paths(), List.of()),
                spec.reclaimPolicy());
    }

    /** The name of its StatefulSet and of all its other objects. */
    public String name() {
        return owner.prefix() + owner.name();
    }

    /** The names of its pods, in the order of their ordinals. */
    public List<String> podNames() {
        return IntStream.range(0, size).mapToObj(ordinal -> name() + "-" + ordinal).toList();
    }

    /** What its pods are selected by; never changes. */
    Map<String, String> selector() {
        return Map.of(
                "app.kubernetes.io/name",
                "dispersive-storage-pod",
                "app.kubernetes.io/instance",
                name());
    }

    /** Of each of its objects. */
    ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(name())
                .withLabels(selector())
                .addToLabels("app.kubernetes.io/part-of", "dispersive")
                .addToLabels("app.kubernetes.io/managed-by", "dispersive-operator")
                .withOwnerReferences(owner.reference())
                .build();
    }
}
