package storage.dispersive.blockdevice.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.DeviceNumber;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.linux.UserId;

/**
 * A FUSE connection that is mounted on a directory. Any process with the rights of root may act on
 * it; who serves it does not matter here, and nothing here waits for who serves it, but for {@link
 * Unmount#PLAIN}.
 *
 * @param directory absolute and without symbolic links
 * @param device the {@code st_dev} of what is mounted, which names the connection
 */
public record FuseMount(Path directory, DeviceNumber device) {

    public static final Path DEVICE = Path.of("/dev/fuse");

    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");
    private static final String TYPE = "fuse";
    private static final String SUBTYPE = "dispersive";

    /** Who may open the disk's file; its owner alone has the mode's rights in any case. */
    public enum Access {
        MOUNTER_ONLY,
        ALL_USERS
    }

    /** How to unmount. */
    public enum Unmount {
        /** Fails with EBUSY while anything is open on it. */
        PLAIN,
        /** Takes it out of the tree at once; the connection ends when nothing uses it any more. */
        LAZY
    }

    /** A fresh mount and the descriptor to serve it with. */
    public record Opened(FuseMount mount, Descriptor descriptor) {}

    /**
     * Opens /dev/fuse and mounts it on an empty directory. Whatever touches the mount waits until
     * the descriptor is served.
     *
     * @param source what the mount table shows as the device, for instance the volume's name
     */
    public static Opened mount(Path directory, String source, Access access) throws IOException {
        Path real = directory.toRealPath();
        requireFree(real);
        Descriptor descriptor = openDevice();
        try {
            MountTable.mount(
                    new MountTable.Request(
                            source,
                            real,
                            TYPE,
                            MountTable.MS_NOSUID | MountTable.MS_NODEV,
                            options(descriptor, access)));
        } catch (LinuxException e) {
            descriptor.close();
            throw explain(e, real);
        }
        try {
            return new Opened(find(real).orElseThrow(() -> vanished(real)), descriptor);
        } catch (IOException | RuntimeException e) {
            descriptor.close();
            MountTable.unmount(real, MountTable.MNT_DETACH);
            throw e;
        }
    }

    private static void requireFree(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new LinuxException("mount on " + directory, Errno.ENOTDIR, "make it a directory");
        }
        Optional<FuseMount> before = find(directory);
        if (before.isPresent()) {
            throw new LinuxException(
                    "mount on " + directory, Errno.EBUSY, "a disk is mounted there, unmount it");
        }
    }

    private static Descriptor openDevice() throws LinuxException {
        try {
            return Descriptor.open(DEVICE, Descriptor.O_RDWR | Descriptor.O_NONBLOCK);
        } catch (LinuxException e) {
            String advice =
                    switch (e.errno()) {
                        case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
                                "load the kernel's module: modprobe fuse";
                        case Errno.EACCES, Errno.EPERM ->
                                "run as root, in a container as a privileged one";
                        default -> "see dmesg";
                    };
            throw new LinuxException("open " + DEVICE, e.errno(), advice);
        }
    }

    private static String options(Descriptor descriptor, Access access) {
        String user = Integer.toUnsignedString(UserId.effective().number());
        String options =
                "fd="
                        + descriptor.number()
                        + ",rootmode=40000,user_id="
                        + user
                        + ",group_id="
                        + user
                        + ",default_permissions,subtype="
                        + SUBTYPE;
        return switch (access) {
            case MOUNTER_ONLY -> options;
            case ALL_USERS -> options + ",allow_other";
        };
    }

    private static LinuxException explain(LinuxException e, Path directory) {
        String advice =
                switch (e.errno()) {
                    case Errno.EPERM, Errno.EACCES -> "mounting needs root (CAP_SYS_ADMIN)";
                    case Errno.ENODEV -> "load the kernel's module: modprobe fuse";
                    default -> "see dmesg";
                };
        return new LinuxException("mount a disk on " + directory, e.errno(), advice);
    }

    private static LinuxException vanished(Path directory) {
        return new LinuxException("find the mount on " + directory, Errno.ENOENT);
    }

    /** The disk that is mounted on the directory, whoever mounted it and whether it is served. */
    public static Optional<FuseMount> find(Path directory) throws IOException {
        return MountTable.find(directory.toAbsolutePath())
                .filter(entry -> entry.type().equals(TYPE + "." + SUBTYPE))
                .map(entry -> new FuseMount(entry.directory(), entry.device()));
    }

    /** A file on the mount; whether it exists only the session can say. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    public void unmount(Unmount how) throws LinuxException {
        int flags =
                switch (how) {
                    case PLAIN -> 0;
                    case LAZY -> MountTable.MNT_DETACH;
                };
        MountTable.unmount(directory, flags | MountTable.UMOUNT_NOFOLLOW);
    }

    /**
     * Ends the connection at once: every request in work and every later one fails with an I/O
     * error, and the session hears {@code DISCONNECTED}. Through fusectl where that is mounted;
     * else by a forced unmount, which also unmounts if nothing is open.
     */
    public void abort() throws IOException {
        Path control = CONNECTIONS.resolve(device.minor() + "/abort");
        if (Files.isWritable(control)) {
            Files.writeString(control, "1");
            return;
        }
        try {
            MountTable.unmount(directory, MountTable.MNT_FORCE | MountTable.UMOUNT_NOFOLLOW);
        } catch (LinuxException e) {
            // Busy is expected: the connection has ended before the kernel looks whether it is.
            if (e.errno() != Errno.EBUSY) {
                throw e;
            }
        }
    }
}
