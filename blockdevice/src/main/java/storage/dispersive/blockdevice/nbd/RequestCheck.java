package storage.dispersive.blockdevice.nbd;

import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.disk.VirtualDisk;

/**
 * The one place where a request's fields are judged ("Request types", "Size constraints", "Error
 * values"). A range of no bytes is refused, as the protocol leaves it open.
 */
final class RequestCheck {

    private RequestCheck() {}

    /**
     * @param command null if unknown
     * @param offset unsigned
     * @param length 0 to 2^32 - 1
     */
    static NbdErrno check(
            @Nullable NbdCommand command, int flags, long offset, long length, long sizeBytes) {
        if (command == null || !command.allows(flags)) {
            return NbdErrno.EINVAL;
        }
        return switch (command) {
            case READ ->
                    length <= VirtualDisk.MAX_TRANSFER_BYTES
                            ? checkRange(offset, length, sizeBytes, NbdErrno.EINVAL)
                            : NbdErrno.EINVAL;
            case WRITE ->
                    length <= VirtualDisk.MAX_TRANSFER_BYTES
                            ? checkRange(offset, length, sizeBytes, NbdErrno.ENOSPC)
                            : NbdErrno.EINVAL;
            case TRIM -> checkRange(offset, length, sizeBytes, NbdErrno.EINVAL);
            case WRITE_ZEROES -> checkRange(offset, length, sizeBytes, NbdErrno.ENOSPC);
            case FLUSH -> offset == 0 && length == 0 ? NbdErrno.NONE : NbdErrno.EINVAL;
            case DISC -> NbdErrno.NONE;
        };
    }

    private static NbdErrno checkRange(
            long offset, long length, long sizeBytes, NbdErrno beyondTheEnd) {
        long sectorMask = VirtualDisk.SECTOR_BYTES - 1;
        if (length == 0 || ((offset | length) & sectorMask) != 0) {
            return NbdErrno.EINVAL;
        }
        boolean within = offset >= 0 && offset <= sizeBytes && length <= sizeBytes - offset;
        return within ? NbdErrno.NONE : beyondTheEnd;
    }
}
