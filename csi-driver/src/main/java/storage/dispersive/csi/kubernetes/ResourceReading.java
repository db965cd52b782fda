package storage.dispersive.csi.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeSpec;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.csi.controller.Holding;
import storage.dispersive.csi.controller.Layout;
import storage.dispersive.csi.controller.Limits;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.StoredVolume.Origin;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.controller.StoredVolume.Version;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.VolumeHandle;

/** Reads a resource as a volume. */
final class ResourceReading {

    private static final long BLOCK_BYTES = 4096;

    private ResourceReading() {}

    /** Empty if a volume cannot be called so, which its definition does not allow. */
    static Optional<StoredVolume> read(DispersiveVolume resource) {
        ObjectMeta metadata = resource.getMetadata();
        return VolumeHandle.parse(metadata.getNamespace() + "/" + metadata.getName())
                .map(handle ->
                        new StoredVolume(
                                handle,
                                new Version(
                                        new Version.Uid(metadata.getUid()),
                                        metadata.getResourceVersion()),
                                origin(metadata),
                                shape(resource.getSpec()),
                                holding(resource.getStatus()),
                                HealthReading.read(resource)));
    }

    private static Origin origin(ObjectMeta metadata) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(metadata.getAnnotations(), Map.of());
        String name = annotations.get(Marks.NAME_ANNOTATION);
        return name == null ? new Origin.Foreign() : new Origin.Created(name);
    }

    private static Shape shape(DispersiveVolumeSpec spec) {
        return new Shape(size(spec.size()), layout(spec), limits(spec.limits()));
    }

    /** As the disk will be: a whole number of blocks. */
    static ByteSize size(Quantity quantity) {
        long bytes = bytes(quantity);
        return new ByteSize(Math.ceilDiv(bytes, BLOCK_BYTES) * BLOCK_BYTES);
    }

    static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }

    private static Layout layout(DispersiveVolumeSpec spec) {
        return new Layout(
                new Layout.Geometry(spec.dispersal().data(), spec.dispersal().redundancy()),
                home(spec),
                switch (spec.network().isolation()) {
                    case ISOLATED -> Layout.Isolation.ISOLATED;
                    case SHARED -> Layout.Isolation.SHARED;
                },
                key(spec.encryption()));
    }

    private static Layout.Home home(DispersiveVolumeSpec spec) {
        if (spec.poolRef() != null) {
            return new Layout.InPool(spec.poolRef().name());
        }
        var storage = spec.storage();
        var placement = spec.placement();
        Layout.OwnPods usual = Layout.OwnPods.DEFAULT;
        return new Layout.OwnPods(
                storage == null
                        ? usual.claims()
                        : new Layout.Claims(
                                Optional.ofNullable(storage.storageClassName()),
                                percent(storage.overhead())),
                placement == null
                        ? usual.placement()
                        : new Layout.Placement(
                                placement.topologyKey(),
                                switch (placement.whenUnsatisfiable()) {
                                    case DO_NOT_SCHEDULE ->
                                            Layout.WhenUnsatisfiable.DO_NOT_SCHEDULE;
                                    case SCHEDULE_ANYWAY ->
                                            Layout.WhenUnsatisfiable.SCHEDULE_ANYWAY;
                                },
                                placement.portionsPerDomain()));
    }

    private static int percent(String overhead) {
        return Integer.parseInt(overhead.substring(0, overhead.length() - 1));
    }

    private static Layout.Key key(Encryption encryption) {
        return encryption.secretRef() == null
                ? new Layout.Key.Dispersed()
                : new Layout.Key.InSecret(encryption.secretRef().name());
    }

    private static Limits limits(storage.dispersive.api.v1alpha1.@Nullable Limits limits) {
        return limits == null
                ? Limits.NONE
                : new Limits(
                        new Limits.Writing(rate(limits.writeBytesPerSecond())),
                        new Limits.Reading(rate(limits.readBytesPerSecond())));
    }

    private static Limits.Rate rate(@Nullable Quantity quantity) {
        return quantity == null
                ? Limits.Rate.UNLIMITED
                : new Limits.Rate.BytesPerSecond(bytes(quantity));
    }

    private static Holding holding(@Nullable DispersiveVolumeStatus status) {
        Attachment attachment = status == null ? null : status.attachment();
        if (attachment == null) {
            return Holding.NEVER;
        }
        return new Holding(
                attachment.generation(),
                attachment.node() == null
                        ? new Holding.Nobody()
                        : new Holding.OneNode(new NodeName(attachment.node()), grip(attachment)));
    }

    private static Holding.Grip grip(Attachment attachment) {
        return switch (attachment.hold()) {
            case null -> Holding.Grip.ATTACHED;
            case ATTACHED -> Holding.Grip.ATTACHED;
            case OPEN -> Holding.Grip.OPEN;
            case LEAVING -> Holding.Grip.LEAVING;
        };
    }

    static List<StoredVolume> readAll(List<DispersiveVolume> resources) {
        return resources.stream().flatMap(it -> read(it).stream()).toList();
    }
}
