package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.MountTable;
import storage.dispersive.linux.MountTree;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.Survey;

/**
 * Shows staged volumes to pods. A bind mount appears whole: read-only from its first moment, so a
 * crash never leaves one that says more than was asked for. Thread contract: any thread; one at a
 * time for each target.
 */
final class Publishing {

    private final Roots roots;
    private final OwnDevices devices;
    private final Layers layers;

    Publishing(Roots roots, OwnDevices devices, Layers layers) {
        this.roots = roots;
        this.devices = devices;
        this.layers = layers;
    }

    PublishOutcome publish(PublishRequest request) throws IOException {
        Optional<LoopDevice> device = devices.loop(request.volume());
        if (device.isEmpty()) {
            return new PublishOutcome.NotStaged(
                    "the volume " + request.volume() + " has no block device here");
        }
        try (Place target = roots.require(request.target().path())) {
            return switch (request) {
                case PublishRequest.FileSystem fileSystem ->
                        publish(fileSystem, device.get(), target);
                case PublishRequest.Block _ -> publish(device.get(), target);
            };
        }
    }

    private PublishOutcome publish(
            PublishRequest.FileSystem request, LoopDevice device, Place target) throws IOException {
        boolean isReadOnly = request.access() == Access.READ_ONLY;
        try (Place staging = roots.require(request.staging().path())) {
            Optional<MountTable.Entry> source = layers.clearStale(staging);
            if (source.isEmpty() || !isDevice(source.get(), device, Survey.Form.FILE_SYSTEM)) {
                return new PublishOutcome.NotStaged(
                        "the volume " + request.volume() + " is not mounted on " + staging.shown());
            }
            Optional<MountTable.Entry> top = layers.clearStale(target);
            if (top.isPresent()) {
                boolean isSame =
                        isDevice(top.get(), device, Survey.Form.FILE_SYSTEM)
                                && isReadOnlyAs(top.get(), source.get(), isReadOnly);
                return isSame ? new PublishOutcome.Published() : taken(top.get());
            }
            target.createDirectory();
            if (!target.isEmptyDirectory()) {
                return new PublishOutcome.TargetTaken(target.shown() + " is no empty directory");
            }
            try (Descriptor from = open(staging);
                    Descriptor onto = open(target);
                    MountTree tree = MountTree.of(from)) {
                tree.restrict(
                        isReadOnly ? MountTree.Access.READ_ONLY : MountTree.Access.READ_WRITE);
                tree.attach(onto);
            }
            return new PublishOutcome.Published();
        }
    }

    /** A bind of what is staged read-only is read-only, whatever was asked for. */
    private static boolean isReadOnlyAs(
            MountTable.Entry entry, MountTable.Entry source, boolean isReadOnly) {
        boolean expected = isReadOnly || source.options().contains("ro");
        return entry.options().contains("ro") == expected;
    }

    private PublishOutcome publish(LoopDevice device, Place target) throws IOException {
        Optional<MountTable.Entry> top = layers.clearStale(target);
        if (top.isPresent()) {
            return isDevice(top.get(), device, Survey.Form.BLOCK)
                    ? new PublishOutcome.Published()
                    : taken(top.get());
        }
        target.createFile();
        if (!target.isEmptyFile()) {
            return new PublishOutcome.TargetTaken(target.shown() + " is no empty file");
        }
        try (Descriptor from = Descriptor.open(device.path(), Descriptor.O_PATH);
                Descriptor onto = open(target);
                MountTree tree = MountTree.of(from)) {
            tree.attach(onto);
        }
        return new PublishOutcome.Published();
    }

    private boolean isDevice(MountTable.Entry entry, LoopDevice device, Survey.Form form)
            throws IOException {
        return (form == Survey.Form.BLOCK || entry.root().equals(Path.of("/")))
                && devices.layer(entry)
                        .filter(layer -> layer.loop() == device.number() && layer.form() == form)
                        .isPresent();
    }

    private static PublishOutcome taken(MountTable.Entry entry) {
        return new PublishOutcome.TargetTaken(Layers.describe(entry));
    }

    private static Descriptor open(Place place) throws IOException {
        return place.open()
                .orElseThrow(() -> Roots.refused(place.shown(), "it went away meanwhile"));
    }
}
