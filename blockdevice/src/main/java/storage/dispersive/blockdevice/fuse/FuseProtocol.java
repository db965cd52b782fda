package storage.dispersive.blockdevice.fuse;

/** Numbers of include/uapi/linux/fuse.h. Integers on the descriptor have the host's order. */
final class FuseProtocol {

    static final int MAJOR = 7;

    /** The newest minor version whose structures were checked against this code. */
    static final int MINOR = 45;

    /** Linux 4.20: the first with FUSE_MAX_PAGES, without which requests have 128 KiB. */
    static final int MINOR_LOWEST = 28;

    static final int LOOKUP = 1;
    static final int FORGET = 2;
    static final int GETATTR = 3;
    static final int OPEN = 14;
    static final int READ = 15;
    static final int WRITE = 16;
    static final int STATFS = 17;
    static final int RELEASE = 18;
    static final int FSYNC = 20;
    static final int INIT = 26;
    static final int OPENDIR = 27;
    static final int READDIR = 28;
    static final int RELEASEDIR = 29;
    static final int INTERRUPT = 36;
    static final int BATCH_FORGET = 42;
    static final int FALLOCATE = 43;

    /** fuse_in_header, fuse_out_header. */
    static final int IN_HEADER_BYTES = 40;

    static final int OUT_HEADER_BYTES = 16;

    /** fuse_write_in, which stands between the header and the data of a write. */
    static final int WRITE_IN_BYTES = 40;

    static final int INIT_ASYNC_READ = 1;
    static final int INIT_BIG_WRITES = 1 << 5;
    static final int INIT_ASYNC_DIO = 1 << 15;
    static final int INIT_PARALLEL_DIROPS = 1 << 18;
    static final int INIT_MAX_PAGES = 1 << 22;
    static final int INIT_EXT = 1 << 30;

    /** FUSE_HAS_RESEND, bit 39: bit 7 of flags2. */
    static final int INIT2_HAS_RESEND = 1 << 7;

    static final int OPEN_DIRECT_IO = 1;
    static final int OPEN_PARALLEL_DIRECT_WRITES = 1 << 6;

    static final int NOTIFY_INVAL_INODE = 2;
    static final int NOTIFY_RESEND = 7;

    /** FUSE_UNIQUE_RESEND: the request was sent before, perhaps to a process that is gone. */
    static final long UNIQUE_RESEND = 1L << 63;

    private FuseProtocol() {}
}
