package storage.dispersive.blockdevice.loop;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.DeviceControl;
import storage.dispersive.linux.DeviceNumber;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;

/** The calls of include/uapi/linux/loop.h that are needed here. Thread contract: any thread. */
final class LoopControl {

    static final Path CONTROL = Path.of("/dev/loop-control");

    private static final int LOOP_CLR_FD = 0x4C01;
    private static final int LOOP_GET_STATUS64 = 0x4C05;
    private static final int LOOP_SET_CAPACITY = 0x4C07;
    private static final int LOOP_CONFIGURE = 0x4C0A;
    private static final int LOOP_CTL_GET_FREE = 0x4C82;

    private static final int LO_FLAGS_DIRECT_IO = 16;

    /** loop_config: fd, block_size, loop_info64, eight reserved words. */
    private static final int CONFIG_BYTES = 304;

    private static final int CONFIG_BLOCK_SIZE = 4;
    private static final int CONFIG_INFO = 8;
    private static final int INFO_BYTES = 232;
    private static final int INFO_DEVICE = 0;
    private static final int INFO_FLAGS = 52;
    private static final int INFO_FILE_NAME = 56;
    private static final int FILE_NAME_LIMIT_BYTES = 63;

    /** What a device is attached to. */
    record Attachment(DeviceNumber backingDevice, int flags, String name) {

        boolean isDirect() {
            return (flags & LO_FLAGS_DIRECT_IO) != 0;
        }
    }

    private LoopControl() {}

    /** A number that was free a moment ago; the kernel makes a device if all are taken. */
    static int findFree() throws LinuxException {
        try (Descriptor control = open(CONTROL)) {
            int result = DeviceControl.call(control, LOOP_CTL_GET_FREE, 0);
            if (result < 0) {
                throw new LinuxException(
                        "find a free loop device",
                        -result,
                        "detach one that is not needed (losetup -a), or load the module with"
                                + " max_loop=0");
            }
            return result;
        }
    }

    static Descriptor open(Path device) throws LinuxException {
        try {
            return Descriptor.open(device, Descriptor.O_RDWR);
        } catch (LinuxException e) {
            String advice =
                    switch (e.errno()) {
                        case Errno.ENOENT ->
                                device.equals(CONTROL)
                                        ? "load the kernel's module: modprobe loop"
                                        : "mount the host's /dev here, or make the node: mknod "
                                                + device
                                                + " b 7 "
                                                + device.toString().replaceAll("\\D+", "");
                        case Errno.EACCES, Errno.EPERM ->
                                "run as root, in a container as a privileged one";
                        default -> "see dmesg";
                    };
            throw new LinuxException("open " + device, e.errno(), advice);
        }
    }

    /** Returns 0 or the negated errno; EBUSY if another process took the device meanwhile. */
    static int configure(Descriptor device, Descriptor file, Path name, SectorSize sectors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_BYTES, Long.BYTES);
            config.set(JAVA_INT, 0, file.number());
            config.set(JAVA_INT, CONFIG_BLOCK_SIZE, sectors.bytes());
            MemorySegment info = config.asSlice(CONFIG_INFO, INFO_BYTES);
            info.set(JAVA_INT, INFO_FLAGS, LO_FLAGS_DIRECT_IO);
            byte[] text = name.toString().getBytes(StandardCharsets.UTF_8);
            int length = Math.min(text.length, FILE_NAME_LIMIT_BYTES);
            MemorySegment.copy(text, 0, info, JAVA_BYTE, INFO_FILE_NAME, length);
            return DeviceControl.call(device, LOOP_CONFIGURE, config);
        }
    }

    /** Empty if nothing is attached. */
    static Optional<Attachment> attachment(Descriptor device) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_BYTES, Long.BYTES);
            int result = DeviceControl.call(device, LOOP_GET_STATUS64, info);
            if (result == -Errno.ENXIO) {
                return Optional.empty();
            }
            if (result < 0) {
                throw new LinuxException("ask what a loop device is attached to", -result);
            }
            return Optional.of(
                    new Attachment(
                            DeviceNumber.decode(info.get(JAVA_LONG, INFO_DEVICE)),
                            info.get(JAVA_INT, INFO_FLAGS),
                            name(info)));
        }
    }

    private static String name(MemorySegment info) {
        byte[] bytes = info.asSlice(INFO_FILE_NAME, FILE_NAME_LIMIT_BYTES).toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Returns 0 or the negated errno. */
    static int clear(Descriptor device) {
        return DeviceControl.call(device, LOOP_CLR_FD, 0);
    }

    /** Returns 0 or the negated errno. */
    static int takeCapacity(Descriptor device) {
        return DeviceControl.call(device, LOOP_SET_CAPACITY, 0);
    }
}
