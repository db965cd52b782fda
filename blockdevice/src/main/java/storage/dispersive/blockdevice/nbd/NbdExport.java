package storage.dispersive.blockdevice.nbd;

import java.nio.charset.StandardCharsets;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.disk.VirtualDisk;

/**
 * A disk and the name under which clients ask for it.
 *
 * @param name at most 4096 bytes of UTF-8 without NUL, and may be empty
 * @param description for humans, within the same bounds
 */
public record NbdExport(String name, String description, VirtualDisk disk) {

    public NbdExport {
        check(name);
        check(description);
    }

    private static void check(String text) {
        if (text.indexOf('\0') >= 0
                || text.getBytes(StandardCharsets.UTF_8).length > NbdWire.MAX_STRING_BYTES) {
            throw new IllegalArgumentException(
                    "a name or description holds NUL or is longer than "
                            + NbdWire.MAX_STRING_BYTES
                            + " bytes");
        }
    }
}
