package storage.dispersive.disk;

/** Why a request failed. Faces map these to the error numbers of their protocol. */
public enum DiskError {
    /** The request is unaligned, beyond the end or too long (EINVAL). */
    INVALID,
    /** The stores are full (ENOSPC). */
    NO_SPACE,
    /** Too few storage pods answered in time, or data could not be read (EIO). */
    IO,
    /** Another writer took the volume over; this engine will never write again (EIO). */
    FENCED,
    /** The disk is being closed (ESHUTDOWN). */
    CLOSED
}
