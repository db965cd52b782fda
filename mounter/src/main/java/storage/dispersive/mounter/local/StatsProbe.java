package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.FileSystemUsage;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.VolumeStats;
import storage.dispersive.mounter.VolumeStats.Amount;
import storage.dispersive.mounter.VolumeStats.Condition;

/**
 * How full and how well a volume is. File systems tell their numbers from memory, also when their
 * disk is long dead, so the disk is read as well: one block, past the cache. What does not answer
 * in {@value #LIMIT_MILLIS} ms counts as hanging. Thread contract: any thread.
 */
final class StatsProbe {

    static final long LIMIT_MILLIS = 5_000;

    private final Roots roots;
    private final OwnDevices devices;
    private final Patience patience;
    private final Duration limit;

    StatsProbe(Roots roots, OwnDevices devices, Patience patience, Duration limit) {
        this.roots = roots;
        this.devices = devices;
        this.patience = patience;
        this.limit = limit;
    }

    VolumeStats probe(Path path) throws IOException {
        Optional<Place> found = roots.find(path);
        if (found.isEmpty()) {
            return new VolumeStats.NotMounted();
        }
        try (Place place = found.get()) {
            List<MountTable.Entry> layers = place.layers();
            Optional<OwnDevices.Layer> top =
                    layers.isEmpty() ? Optional.empty() : devices.layer(layers.getLast());
            if (top.isEmpty() || !top.get().isOurs()) {
                return new VolumeStats.NotMounted();
            }
            return switch (top.get().form()) {
                case BLOCK -> block(top.get());
                case FILE_SYSTEM -> fileSystem(place, top.get());
            };
        }
    }

    private VolumeStats block(OwnDevices.Layer layer) throws IOException {
        long bytes = BlockReader.size(Path.of("/dev/loop" + layer.loop()));
        return new VolumeStats.Block(bytes, diskCondition(layer));
    }

    private VolumeStats fileSystem(Place place, OwnDevices.Layer layer) throws IOException {
        Optional<Descriptor> root = place.open();
        if (root.isEmpty()) {
            return new VolumeStats.NotMounted();
        }
        Condition disk = diskCondition(layer);
        Optional<FileSystemUsage> usage;
        try {
            usage = patience.ask("statfs " + place.shown(), limit, () -> usage(root.get()));
        } catch (MounterException e) {
            root.get().close();
            throw e;
        } catch (IOException e) {
            return unknown("the file system fails: " + Kernel.describe(e));
        }
        if (usage.isEmpty()) {
            return unknown("the file system does not answer");
        }
        return new VolumeStats.FileSystem(
                amount(usage.get().bytes()),
                amount(usage.get().inodes()),
                disk instanceof Condition.Normal ? condition(layer) : disk);
    }

    /** Closes the root, which a question that hangs needs longer than who asked. */
    private static FileSystemUsage usage(Descriptor root) throws IOException {
        try (root) {
            Path handle = Path.of("/proc/self/fd", Integer.toString(root.number()));
            // A file system that has shut itself down says so here.
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(handle)) {
                boolean _ = entries.iterator().hasNext();
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return FileSystemUsage.of(root);
        }
    }

    private static VolumeStats unknown(String why) {
        return new VolumeStats.Unknown(new Condition.Abnormal(why));
    }

    private static Amount amount(FileSystemUsage.Amount amount) {
        return new Amount(amount.total(), amount.used(), amount.available());
    }

    private static Condition condition(OwnDevices.Layer layer) {
        Set<String> options = layer.entry().fileSystemOptions();
        boolean turned = !layer.isReadOnly() && options.contains("ro");
        // As ext4 calls it since Linux 6.15.
        boolean isShut = options.contains("emergency_ro") || options.contains("shutdown");
        return turned || isShut
                ? new Condition.Abnormal("the file system has turned read-only after errors")
                : new Condition.Normal();
    }

    private Condition diskCondition(OwnDevices.Layer layer) throws IOException {
        Path device = Path.of("/dev/loop" + layer.loop());
        try {
            Optional<Long> read =
                    patience.ask(
                            "read " + device,
                            limit,
                            () -> {
                                try (BlockReader reader = new BlockReader(device)) {
                                    reader.read(0, BlockReader.BLOCK_BYTES);
                                    return reader.bytesRead();
                                }
                            });
            return read.isPresent()
                    ? new Condition.Normal()
                    : new Condition.Abnormal("the disk does not answer");
        } catch (MounterException e) {
            throw e;
        } catch (IOException e) {
            return new Condition.Abnormal("the disk cannot be read: " + Kernel.describe(e));
        }
    }
}
