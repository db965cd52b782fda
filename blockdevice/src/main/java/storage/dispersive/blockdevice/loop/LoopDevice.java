package storage.dispersive.blockdevice.loop;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.DeviceNumber;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;

/**
 * A loop device whose backing file is on a {@link FuseMount}, with direct I/O. It outlives the
 * process that attached it, and a later one {@link #find}s it.
 *
 * <p>No loop device with another backing file is ever changed: before each change the kernel is
 * asked on which file system the device's file is.
 *
 * <p>Thread contract: any thread. {@link #attach} and {@link #grow} need the mount to be served.
 *
 * @param number the N of {@code /dev/loopN}
 * @param mount where the backing file is
 */
public record LoopDevice(int number, FuseMount mount) {

    /** Others may take each free device that is found before it can be attached. */
    private static final int ATTACH_TRIES = 64;

    private static final int DETACH_TRIES = 100;
    private static final int DETACH_WAIT_MILLIS = 20;
    private static final Path SYSFS = Path.of("/sys/block");

    /** A fresh attachment and the settings that /sys refused. */
    public record Attached(LoopDevice device, Set<LoopSetting> refused) {}

    public LoopDevice {
        if (number < 0) {
            throw new IllegalArgumentException("no loop device has the number " + number);
        }
    }

    /**
     * Attaches the file to a free device.
     *
     * @param name the file's name on the mount
     */
    public static Attached attach(FuseMount mount, String name, SectorSize sectors)
            throws IOException {
        Path path = mount.file(name);
        try (Descriptor file = Descriptor.open(path, Descriptor.O_RDWR)) {
            for (int tries = 0; tries < ATTACH_TRIES; tries++) {
                LoopDevice candidate = new LoopDevice(LoopControl.findFree(), mount);
                try (Descriptor opened = LoopControl.open(candidate.path())) {
                    int result = LoopControl.configure(opened, file, path, sectors);
                    if (result == -Errno.EBUSY) {
                        continue;
                    }
                    if (result < 0) {
                        throw new LinuxException(
                                "attach " + path + " to " + candidate.path(),
                                -result,
                                "LOOP_CONFIGURE needs Linux 5.8 or newer; see dmesg");
                    }
                    candidate.requireDirect(opened);
                    Set<LoopSetting> refused = LoopSetting.apply(candidate.sysfs());
                    return new Attached(candidate, refused);
                }
            }
        }
        throw new LinuxException(
                "attach " + path,
                Errno.EBUSY,
                "other processes took " + ATTACH_TRIES + " loop devices first; try again");
    }

    /** The kernel falls back to buffers without a word; then it would cache below a cache. */
    private void requireDirect(Descriptor opened) throws LinuxException {
        Optional<LoopControl.Attachment> attachment = LoopControl.attachment(opened);
        if (attachment.isEmpty() || !attachment.get().isDirect()) {
            LoopControl.clear(opened);
            throw new LinuxException(
                    "attach " + path(), Errno.EINVAL, "the kernel refused direct I/O");
        }
    }

    /** Where a loop device's data is. */
    public record Backing(DeviceNumber fileSystem, String nameWhenAttached) {}

    /**
     * What a loop device is attached to, whoever attached it; empty if to nothing. The name is cut
     * to 63 bytes. Whoever serves the file system may be asked, so this is for devices that look
     * like one's own.
     */
    public static Optional<Backing> backing(int number) throws IOException {
        Path device = Path.of("/dev/loop" + number);
        try (Descriptor opened = Descriptor.open(device, Descriptor.O_RDONLY)) {
            return LoopControl.attachment(opened)
                    .map(found -> new Backing(found.backingDevice(), found.name()));
        }
    }

    /**
     * The device that is attached to the file on the mount; the first, if several are. It may have
     * been attached in a mount namespace that is gone, as those of ended containers are: then the
     * kernel tells the file's path from the root of its own mount only.
     */
    public static Optional<LoopDevice> find(FuseMount mount, String name) throws IOException {
        Set<String> wanted = Set.of(mount.file(name).toString(), "/" + name);
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(SYSFS, "loop*")) {
            for (Path device : devices) {
                String digits = device.getFileName().toString().substring("loop".length());
                if (!digits.matches("[0-9]{1,7}") || !wanted.contains(backingFile(device))) {
                    continue;
                }
                LoopDevice found = new LoopDevice(Integer.parseInt(digits), mount);
                if (found.isAttached()) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The kernel's path of the backing file, or empty text. It asks no file system: a device of
     * somebody else may be on one that hangs.
     */
    private static String backingFile(Path device) throws IOException {
        try {
            return Files.readString(device.resolve("loop/backing_file")).stripTrailing();
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    public Path path() {
        return Path.of("/dev/loop" + number);
    }

    private Path sysfs() {
        return SYSFS.resolve("loop" + number);
    }

    /** Whether the device is attached to a file of this mount. */
    public boolean isAttached() throws IOException {
        try (Descriptor opened = LoopControl.open(path())) {
            return isOurs(opened);
        }
    }

    private boolean isOurs(Descriptor opened) throws IOException {
        try {
            return LoopControl.attachment(opened)
                    .filter(attachment -> attachment.backingDevice().equals(mount.device()))
                    .isPresent();
        } catch (LinuxException e) {
            // A dead connection cannot tell its number, if the kernel has forgotten it. Then the
            // path must do; what is behind a dead connection has no data left to lose.
            if (e.errno() != Errno.ENOTCONN) {
                throw e;
            }
            return Path.of(backingFile(sysfs())).startsWith(mount.directory());
        }
    }

    /** Takes the file's new size over, after the session announced it. */
    public void grow() throws IOException {
        try (Descriptor opened = LoopControl.open(path())) {
            requireOurs(opened);
            int result = LoopControl.takeCapacity(opened);
            if (result < 0) {
                throw new LinuxException("grow " + path(), -result);
            }
        }
    }

    private void requireOurs(Descriptor opened) throws IOException {
        if (!isOurs(opened)) {
            throw new LinuxException(
                    "change " + path(),
                    Errno.EPERM,
                    "it is not attached to a file on " + mount.directory());
        }
    }

    /**
     * Detaches the device and waits until it is, for about two seconds. Does nothing if it is not
     * attached to this mount any more.
     *
     * @throws LinuxException EBUSY if it is still open then (mounted, or in use); the kernel
     *     detaches it when that ends
     */
    public void detach() throws IOException {
        for (int tries = 0; tries < DETACH_TRIES; tries++) {
            try (Descriptor opened = LoopControl.open(path())) {
                if (!isOurs(opened)) {
                    return;
                }
                int result = LoopControl.clear(opened);
                if (result < 0 && result != -Errno.EBUSY && result != -Errno.ENXIO) {
                    throw new LinuxException("detach " + path(), -result);
                }
            }
            // The kernel detaches at the last close, which udev's or blkid's look may delay.
            if (Files.notExists(sysfs().resolve("loop/backing_file"))) {
                return;
            }
            pause();
        }
        throw new LinuxException(
                "detach " + path(), Errno.EBUSY, "unmount it and close what has it open");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(DETACH_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a loop device was detached", e);
        }
    }
}
