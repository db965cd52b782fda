package storage.dispersive.blockdevice.fuse;

/** Why a session reads no more requests. */
public enum FuseEnd {
    /**
     * {@link FuseSession#stop} was called; the mount lives on while anyone holds the descriptor.
     */
    STOPPED,
    /** The kernel closed the connection: unmounted or aborted. */
    DISCONNECTED,
    /** Reading failed in a way that must not happen; the log says how. */
    BROKEN
}
