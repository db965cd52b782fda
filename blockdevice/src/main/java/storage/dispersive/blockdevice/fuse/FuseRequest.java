package storage.dispersive.blockdevice.fuse;

/**
 * A request of the kernel whose lengths and ranges have been checked. {@code unique} is echoed in
 * the answer, with bit 63 if the request was sent again. Node ids, handles and the disk's end are
 * the handler's to check.
 */
sealed interface FuseRequest {

    /** Which request an answer is for. */
    long unique();

    /** {@code flags2} is 0 where the kernel is too old to send it. */
    record Init(long unique, int major, int minor, int maxReadahead, int flags, int flags2)
            implements FuseRequest {}

    /** The name is that of the disk's file, or another one. */
    record Lookup(long unique, long parent, Name name) implements FuseRequest {}

    /** What a lookup asked for. */
    enum Name {
        DISK,
        OTHER
    }

    record GetAttributes(long unique, long node) implements FuseRequest {}

    record Open(long unique, long node, int flags) implements FuseRequest {}

    record OpenDirectory(long unique, long node) implements FuseRequest {}

    record Read(long unique, long node, long handle, long offset, int size)
            implements FuseRequest {}

    /** The data follow the header and fuse_write_in in the same buffer. */
    record Write(long unique, long node, long handle, long offset, int size)
            implements FuseRequest {}

    record ReadDirectory(long unique, long node, long handle, long offset, int size)
            implements FuseRequest {}

    record StatFileSystem(long unique) implements FuseRequest {}

    /** RELEASE and RELEASEDIR: nothing is held for a handle. */
    record Release(long unique) implements FuseRequest {}

    record Synchronize(long unique, long node, long handle) implements FuseRequest {}

    record Allocate(long unique, long node, long handle, long offset, long length, int mode)
            implements FuseRequest {}

    /** FORGET, BATCH_FORGET and INTERRUPT: the kernel expects no answer. */
    record Unanswered(long unique) implements FuseRequest {}

    /** A request that is not served here. */
    record Unsupported(long unique, int opcode) implements FuseRequest {}

    /** A request that breaks the protocol, but can be answered. */
    record Malformed(long unique, String reason) implements FuseRequest {}

    /** Bytes without even a sound header: there is nothing to answer to. */
    record Unreadable(long unique, String reason) implements FuseRequest {}
}
