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
import java.util.TreeMap;
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

    /** What the pods of all sets are called by in their labels. */
    public static final String STORAGE_POD = "dispersive-storage-pod";

    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String INSTANCE_LABEL = "app.kubernetes.io/instance";
    private static final String COMPONENT_LABEL = "app.kubernetes.io/component";

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

    /** Whose pods they are: a volume and a pool of one name do not meet. */
    public enum Kind {
        VOLUME("dv-", "volume"),
        POOL("dpool-", "pool");

        private final String prefix;
        private final String component;

        Kind(String prefix, String component) {
            this.prefix = prefix;
            this.component = component;
        }

        /** The name of all objects of a resource's set. */
        public String nameOf(String resource) {
            return prefix + resource;
        }

        /** Labels that the objects of all sets of this kind have, as a selector. */
        public String labelSelector() {
            return NAME_LABEL + "=" + STORAGE_POD + "," + COMPONENT_LABEL + "=" + component;
        }

        /** The resource to whose set an object or a pod belongs, by its labels. */
        public Optional<String> resourceOf(ObjectMeta metadata) {
            String instance =
                    Objects.requireNonNullElse(metadata.getLabels(), Map.<String, String>of())
                            .getOrDefault(INSTANCE_LABEL, "");
            return resourceOf(instance);
        }

        /** The resource whose set has this name. */
        public Optional<String> resourceOf(String set) {
            return set.startsWith(prefix)
                    ? Optional.of(set.substring(prefix.length()))
                    : Optional.empty();
        }
    }

    /** The resource that a set belongs to. */
    public record Owner(Kind kind, String namespace, String name, OwnerReference reference) {
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
            return new Owner(kind, metadata.getNamespace(), metadata.getName(), reference);
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
        return owner.kind().nameOf(owner.name());
    }

    /** The names of its pods, in the order of their ordinals. */
    public List<String> podNames() {
        return IntStream.range(0, size).mapToObj(this::podName).toList();
    }

    /** The name of the pod of an ordinal. */
    public String podName(int ordinal) {
        return name() + "-" + ordinal;
    }

    /** The name of the claim of an ordinal's pod. */
    public String claimName(int ordinal) {
        return StorageStatefulSet.STORE + "-" + podName(ordinal);
    }

    /** What its pods are selected by; never changes. */
    Map<String, String> selector() {
        return Map.of(NAME_LABEL, STORAGE_POD, INSTANCE_LABEL, name());
    }

    /** Of its pods and claims. */
    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(selector());
        labels.put(COMPONENT_LABEL, owner.kind().component);
        labels.put("app.kubernetes.io/part-of", "dispersive");
        return labels;
    }

    /** Of each of its objects. */
    ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withNamespace(owner.namespace())
                .withName(name())
                .withLabels(labels())
                .addToLabels("app.kubernetes.io/managed-by", "dispersive-operator")
                .withOwnerReferences(owner.reference())
                .build();
    }
}
