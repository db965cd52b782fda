package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.FileSystemUsage;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.Readiness;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.linux.keeper.KeeperClient;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/**
 * The descriptors of FUSE connections: the own keeper's, and those that other processes of this
 * node hold too. A connection lives as long as anybody has its descriptor and nobody aborts it.
 * Thread contract: any thread.
 */
final class Connections {

    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final String CONNECTION_LINE = "fuse_connection:";

    private final KeeperClient own;
    private final List<KeeperClient> others;
    private final Patience patience;

    /** Where keepers listen; the others need not be there. */
    Connections(Path own, List<Path> others, Patience patience) {
        this.own = new KeeperClient(own);
        this.others = others.stream().map(KeeperClient::new).toList();
        this.patience = patience;
    }

    private static DescriptorName name(VolumeKey volume) {
        return new DescriptorName(volume.value());
    }

    void keep(VolumeKey volume, Descriptor descriptor) throws IOException {
        own.deposit(name(volume), descriptor);
    }

    void forget(VolumeKey volume) throws IOException {
        own.forget(name(volume));
    }

    /**
     * Whether a living descriptor of the mount is kept here; if another keeper has it, from now.
     */
    boolean keeps(VolumeKey volume, FuseMount mount) throws IOException {
        try (Held held = new Held()) {
            own.fetch(name(volume)).ifPresent(held::add);
            if (held.isOf(mount)) {
                return true;
            }
        }
        for (KeeperClient other : others) {
            try (Held held = new Held()) {
                fetch(other, volume).ifPresent(held::add);
                if (held.isOf(mount)) {
                    keep(volume, held.descriptors.getFirst());
                    return true;
                }
            }
        }
        return false;
    }

    /** A keeper that is not there has nothing. */
    private static Optional<Descriptor> fetch(KeeperClient keeper, VolumeKey volume)
            throws IOException {
        try {
            return keeper.fetch(name(volume));
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What is known without asking who serves the connection. */
    Survey.Connection look(VolumeKey volume, FuseMount mount) throws IOException {
        try (Held held = new Held()) {
            own.fetch(name(volume)).ifPresent(held::add);
            if (held.isOf(mount)) {
                return Survey.Connection.KEPT;
            }
            return held.descriptors.isEmpty() ? Survey.Connection.MOUNTED : Survey.Connection.DEAD;
        }
    }

    /**
     * Asks whoever serves the mount. One that does not answer in time lives; a dead one says so.
     */
    boolean isDead(VolumeKey volume, FuseMount mount) throws IOException {
        if (look(volume, mount) == Survey.Connection.KEPT) {
            return false;
        }
        try {
            patience.ask(
                    "connection " + mount.device(),
                    PROBE,
                    () -> {
                        try (Descriptor root =
                                Descriptor.open(mount.directory(), Descriptor.O_PATH)) {
                            return FileSystemUsage.of(root);
                        }
                    });
            return false;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOTCONN || e.errno() == Errno.ECONNABORTED) {
                return true;
            }
            throw e;
        }
    }

    /** A descriptor that was fetched, closed in any case. */
    private static final class Held implements AutoCloseable {

        private final List<Descriptor> descriptors = new ArrayList<>();

        void add(Descriptor descriptor) {
            descriptors.add(descriptor);
        }

        boolean isOf(FuseMount mount) throws IOException {
            return !descriptors.isEmpty()
                    && !Readiness.hasEnded(descriptors.getFirst())
                    && isOf(descriptors.getFirst(), mount);
        }

        /** Newer kernels tell which connection a descriptor is of. */
        private static boolean isOf(Descriptor descriptor, FuseMount mount) throws IOException {
            Path info = Path.of("/proc/self/fdinfo", Integer.toString(descriptor.number()));
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith(CONNECTION_LINE)) {
                    String number = line.substring(CONNECTION_LINE.length()).strip();
                    return number.equals(Integer.toString(mount.device().minor()));
                }
            }
            return true;
        }

        @Override
        public void close() {
            descriptors.forEach(Descriptor::close);
        }
    }
}
