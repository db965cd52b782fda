package storage.dispersive.csi.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Dispersal;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeSpec;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.api.v1alpha1.Isolation;
import storage.dispersive.api.v1alpha1.Network;
import storage.dispersive.api.v1alpha1.Placement;
import storage.dispersive.api.v1alpha1.PoolReference;
import storage.dispersive.api.v1alpha1.ReclaimPolicy;
import storage.dispersive.api.v1alpha1.VolumeStorage;
import storage.dispersive.api.v1alpha1.WhenUnsatisfiable;
import storage.dispersive.csi.controller.Holding;
import storage.dispersive.csi.controller.Layout;
import storage.dispersive.csi.controller.Limits;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.controller.VolumeResources.NewVolume;
import storage.dispersive.csi.volume.ByteSize;

/**
 * Writes volumes as resources. Changes are merge patches that name the version that was seen, and
 * leave alone what this version of the API does not know.
 */
final class ResourceWriting {

    private static final List<String> UNITS = List.of("", "Ki", "Mi", "Gi", "Ti");

    private ResourceWriting() {}

    static DispersiveVolume resource(NewVolume volume) {
        DispersiveVolume resource = new DispersiveVolume();
        ObjectMetaBuilder metadata =
                new ObjectMetaBuilder()
                        .withNamespace(volume.handle().namespace())
                        .withName(volume.handle().name())
                        .addToLabels(Marks.MANAGED_BY_LABEL, Marks.MANAGER)
                        .addToAnnotations(Marks.NAME_ANNOTATION, volume.origin().name());
        if (!volume.claimant().text().isEmpty()) {
            metadata.addToAnnotations(Marks.CLAIM_ANNOTATION, volume.claimant().text());
        }
        resource.setMetadata(metadata.build());
        resource.setSpec(spec(volume.shape()));
        return resource;
    }

    /** Who decides what becomes of the data is the PersistentVolume, not the resource. */
    private static DispersiveVolumeSpec spec(Shape shape) {
        Layout layout = shape.layout();
        return new DispersiveVolumeSpec(
                quantity(shape.size()),
                new Dispersal(layout.geometry().data(), layout.geometry().redundancy()),
                layout.home() instanceof Layout.OwnPods pods ? storage(pods.claims()) : null,
                layout.home() instanceof Layout.OwnPods pods ? placement(pods.placement()) : null,
                layout.home() instanceof Layout.InPool pool ? new PoolReference(pool.pool()) : null,
                new Network(
                        switch (layout.isolation()) {
                            case ISOLATED -> Isolation.ISOLATED;
                            case SHARED -> Isolation.SHARED;
                        },
                        null,
                        null),
                encryption(layout.key()),
                ReclaimPolicy.DELETE,
                limits(shape.limits()));
    }

    private static VolumeStorage storage(Layout.Claims claims) {
        return new VolumeStorage(
                claims.storageClass().orElse(null), claims.overheadPercent() + "%");
    }

    private static Placement placement(Layout.Placement placement) {
        return new Placement(
                placement.topologyKey(),
                switch (placement.whenUnsatisfiable()) {
                    case DO_NOT_SCHEDULE -> WhenUnsatisfiable.DO_NOT_SCHEDULE;
                    case SCHEDULE_ANYWAY -> WhenUnsatisfiable.SCHEDULE_ANYWAY;
                },
                placement.portionsPerDomain(),
                null,
                null);
    }

    private static Encryption encryption(Layout.Key key) {
        return switch (key) {
            case Layout.Key.Dispersed() -> new Encryption(Encryption.Key.DISPERSED, null);
            case Layout.Key.InSecret(String secret) ->
                    new Encryption(Encryption.Key.SECRET, new Encryption.SecretReference(secret));
        };
    }

    private static storage.dispersive.api.v1alpha1.@Nullable Limits limits(Limits limits) {
        return limits.equals(Limits.NONE)
                ? null
                : new storage.dispersive.api.v1alpha1.Limits(
                        quantity(limits.writing().rate()), quantity(limits.reading().rate()));
    }

    private static @Nullable Quantity quantity(Limits.Rate rate) {
        return switch (rate) {
            case Limits.Rate.Unlimited() -> null;
            case Limits.Rate.BytesPerSecond(long bytes) -> new Quantity(text(bytes));
        };
    }

    private static Quantity quantity(ByteSize size) {
        return new Quantity(text(size.bytes()));
    }

    /** In the largest unit that says it exactly, as people read these resources. */
    private static String text(long bytes) {
        int unit = 0;
        while (unit < UNITS.size() - 1 && bytes != 0 && bytes % 1024 == 0) {
            bytes /= 1024;
            unit++;
        }
        return bytes + UNITS.get(unit);
    }

    static String grow(StoredVolume seen, ByteSize size) {
        ObjectNode patch = patch(seen);
        patch.putObject("spec").put("size", text(size.bytes()));
        return patch.toString();
    }

    static String limit(StoredVolume seen, Limits limits) {
        ObjectNode patch = patch(seen);
        ObjectNode fields = patch.putObject("spec").putObject("limits");
        put(fields, "writeBytesPerSecond", limits.writing().rate());
        put(fields, "readBytesPerSecond", limits.reading().rate());
        return patch.toString();
    }

    private static void put(ObjectNode fields, String name, Limits.Rate rate) {
        Quantity quantity = quantity(rate);
        fields.put(name, quantity == null ? null : quantity.toString());
    }

    /**
     * Of the status.
     *
     * @param now since when, if it is another attachment
     */
    static String hold(StoredVolume seen, Holding holding, Instant now) {
        ObjectNode patch = patch(seen);
        ObjectNode attachment = patch.putObject("status").putObject("attachment");
        attachment.put("generation", holding.generation());
        switch (holding.holder()) {
            case Holding.Nobody() -> {
                attachment.putNull("node");
                attachment.putNull("hold");
                attachment.putNull("since");
            }
            case Holding.OneNode(var node, Holding.Grip grip) -> {
                attachment.put("node", node.text());
                attachment.put("hold", word(grip));
                if (holding.generation() != seen.holding().generation()) {
                    attachment.put("since", now.truncatedTo(ChronoUnit.SECONDS).toString());
                }
            }
            case Holding.Readers _ ->
                    throw new IllegalArgumentException(
                            "a resource has one node at a time: " + holding);
        }
        return patch.toString();
    }

    private static String word(Holding.Grip grip) {
        return switch (grip) {
            case ATTACHED -> "Attached";
            case OPEN -> "Open";
            case LEAVING -> "Leaving";
        };
    }

    private static ObjectNode patch(StoredVolume seen) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .put("uid", seen.version().uid().text())
                .put("resourceVersion", seen.version().revision());
        return patch;
    }
}
