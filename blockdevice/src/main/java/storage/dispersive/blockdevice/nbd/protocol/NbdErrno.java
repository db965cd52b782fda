package storage.dispersive.blockdevice.nbd.protocol;

import storage.dispersive.disk.DiskError;

/** "Error values": the error field of a reply. */
public enum NbdErrno {
    NONE(0),
    EPERM(1),
    EIO(5),
    ENOMEM(12),
    EINVAL(22),
    ENOSPC(28),
    EOVERFLOW(75),
    ENOTSUP(95),
    ESHUTDOWN(108);

    private final int code;

    NbdErrno(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static NbdErrno of(DiskError error) {
        return switch (error) {
            case INVALID -> EINVAL;
            case NO_SPACE -> ENOSPC;
            case IO, FENCED -> EIO;
            case CLOSED -> ESHUTDOWN;
        };
    }

    /** "Error values": a client treats a value that it does not know as EINVAL. */
    public static NbdErrno of(int code) {
        for (NbdErrno errno : values()) {
            if (errno.code == code) {
                return errno;
            }
        }
        return EINVAL;
    }
}
