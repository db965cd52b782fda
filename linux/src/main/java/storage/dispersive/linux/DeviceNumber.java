package storage.dispersive.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The number of a device, as in {@code st_dev}: 12 bits of major and 20 of minor. */
public record DeviceNumber(int major, int minor) {

    private static final int MAJOR_LIMIT = 1 << 12;
    private static final int MINOR_LIMIT = 1 << 20;

    public DeviceNumber {
        if (major < 0 || major >= MAJOR_LIMIT || minor < 0 || minor >= MINOR_LIMIT) {
            throw new IllegalArgumentException("no device has the number " + major + ":" + minor);
        }
    }

    /** From the encoding of stat(2), which LOOP_GET_STATUS64 shares. */
    public static DeviceNumber decode(long encoded) {
        int major = (int) (encoded >>> 8) & (MAJOR_LIMIT - 1);
        int minor = (int) (encoded & 0xff) | ((int) (encoded >>> 12) & (MINOR_LIMIT - 0x100));
        return new DeviceNumber(major, minor);
    }

    /** From {@code major:minor}; empty for anything else. */
    public static Optional<DeviceNumber> parse(String text) {
        if (!text.matches("[0-9]{1,4}:[0-9]{1,7}")) {
            return Optional.empty();
        }
        int colon = text.indexOf(':');
        int major = Integer.parseInt(text.substring(0, colon));
        int minor = Integer.parseInt(text.substring(colon + 1));
        return major < MAJOR_LIMIT && minor < MINOR_LIMIT
                ? Optional.of(new DeviceNumber(major, minor))
                : Optional.empty();
    }

    /** {@code st_dev} of a file. */
    public static DeviceNumber ofFile(Path file) throws IOException {
        return decode((Long) Files.getAttribute(file, "unix:dev"));
    }

    /** Of which device the file is the node, {@code st_rdev}; a link is not followed. */
    public static DeviceNumber ofNode(Path node) throws IOException {
        return decode((Long) Files.getAttribute(node, "unix:rdev", LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
