package storage.dispersive.blockdevice.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static storage.dispersive.blockdevice.fuse.FuseProtocol.OUT_HEADER_BYTES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.linux.UserId;

/**
 * Writes answers into a buffer: fuse_out_header, then what belongs to the request. The body is
 * encoded at {@link FuseProtocol#OUT_HEADER_BYTES} of the buffer given. Each method returns the
 * length of the body.
 *
 * <p>Thread contract: stateless; any thread.
 */
final class ReplyEncoder {

    /** Enough for every body but the data of READ and READDIR. */
    static final int BODY_LIMIT_BYTES = 128;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final int BODY = OUT_HEADER_BYTES;

    private static final int ENTRY_BYTES = 128;
    private static final int ENTRY_ATTRIBUTES = 40;
    private static final int ATTR_OUT_BYTES = 104;
    private static final int ATTR_OUT_ATTRIBUTES = 16;
    private static final int ATTRIBUTES_BYTES = 88;
    private static final int OPEN_BYTES = 16;
    private static final int WRITE_BYTES = 8;
    private static final int STATFS_BYTES = 80;
    private static final int INIT_BYTES = 64;
    private static final int DIRENT_BYTES = 24;

    private static final int BLOCKS_UNIT_BYTES = 512;
    private static final int NAME_LIMIT_BYTES = 255;
    private static final int TYPE_DIRECTORY = 4;
    private static final int TYPE_FILE = 8;

    /**
     * Attributes change only when the disk grows, and then the kernel is told. So it never has to
     * ask, also when it looks at a loop device whose disk nobody serves. Ten years, in seconds.
     */
    private static final long VALID_SECONDS = 315_360_000L;

    private static final int MAX_BACKGROUND = 256;
    private static final int CONGESTION_THRESHOLD = 192;
    private static final int PAGE_BYTES = 4096;

    private record Child(Node node, String name, int type) {}

    private static final List<Child> CHILDREN =
            List.of(
                    new Child(Node.DIRECTORY, ".", TYPE_DIRECTORY),
                    new Child(Node.DIRECTORY, "..", TYPE_DIRECTORY),
                    new Child(Node.DISK, Node.DISK_NAME, TYPE_FILE));

    private ReplyEncoder() {}

    /** The header, last, when the body's length is known; the errno is positive or 0. */
    static void header(MemorySegment reply, int bodyBytes, int errno, long unique) {
        reply.set(INT, 0, OUT_HEADER_BYTES + bodyBytes);
        reply.set(INT, 4, -errno);
        reply.set(LONG, 8, unique);
    }

    /** Constant for a given kernel: a process that takes over never sees INIT. */
    static int init(MemorySegment reply, FuseRequest.Init request, int maxTransferBytes) {
        int wanted =
                FuseProtocol.INIT_ASYNC_READ
                        | FuseProtocol.INIT_BIG_WRITES
                        | FuseProtocol.INIT_ASYNC_DIO
                        | FuseProtocol.INIT_PARALLEL_DIROPS
                        | FuseProtocol.INIT_MAX_PAGES
                        | FuseProtocol.INIT_EXT;
        int flags = wanted & request.flags();
        boolean extended = (flags & FuseProtocol.INIT_EXT) != 0;
        clear(reply, INIT_BYTES);
        reply.set(INT, BODY, FuseProtocol.MAJOR);
        reply.set(INT, BODY + 4, Math.min(request.minor(), FuseProtocol.MINOR));
        reply.set(INT, BODY + 8, request.maxReadahead());
        reply.set(INT, BODY + 12, flags);
        reply.set(SHORT, BODY + 16, (short) MAX_BACKGROUND);
        reply.set(SHORT, BODY + 18, (short) CONGESTION_THRESHOLD);
        reply.set(INT, BODY + 20, maxTransferBytes);
        reply.set(INT, BODY + 24, 1);
        reply.set(SHORT, BODY + 28, (short) (maxTransferBytes / PAGE_BYTES));
        reply.set(INT, BODY + 32, extended ? FuseProtocol.INIT2_HAS_RESEND & request.flags2() : 0);
        return INIT_BYTES;
    }

    /** To a kernel with a newer major version: it asks again with ours. */
    static int initWithOurMajor(MemorySegment reply) {
        clear(reply, INIT_BYTES);
        reply.set(INT, BODY, FuseProtocol.MAJOR);
        reply.set(INT, BODY + 4, FuseProtocol.MINOR);
        return INIT_BYTES;
    }

    static int entry(MemorySegment reply, Node node, long diskBytes) {
        clear(reply, ENTRY_BYTES);
        reply.set(LONG, BODY, node.id);
        reply.set(LONG, BODY + 16, VALID_SECONDS);
        reply.set(LONG, BODY + 24, VALID_SECONDS);
        attributes(reply.asSlice(BODY + ENTRY_ATTRIBUTES, ATTRIBUTES_BYTES), node, diskBytes);
        return ENTRY_BYTES;
    }

    static int attributes(MemorySegment reply, FuseRequest.GetAttributes request, long diskBytes) {
        Node node = request.node() == Node.DISK.id ? Node.DISK : Node.DIRECTORY;
        clear(reply, ATTR_OUT_BYTES);
        reply.set(LONG, BODY, VALID_SECONDS);
        attributes(reply.asSlice(BODY + ATTR_OUT_ATTRIBUTES, ATTRIBUTES_BYTES), node, diskBytes);
        return ATTR_OUT_BYTES;
    }

    private static void attributes(MemorySegment target, Node node, long diskBytes) {
        long sizeBytes = node == Node.DISK ? diskBytes : 0;
        int owner = UserId.effective().number();
        target.set(LONG, 0, node.id);
        target.set(LONG, 8, sizeBytes);
        target.set(LONG, 16, sizeBytes / BLOCKS_UNIT_BYTES);
        target.set(INT, 60, node.mode);
        target.set(INT, 64, node.links);
        target.set(INT, 68, owner);
        target.set(INT, 72, owner);
        target.set(INT, 80, VirtualDisk.BLOCK_BYTES);
    }

    /**
     * Direct and parallel for the disk: the page cache belongs above the loop device, and writes
     * within the file need no lock of the inode.
     */
    static int open(MemorySegment reply, Node node) {
        clear(reply, OPEN_BYTES);
        reply.set(LONG, BODY, node.handle);
        int flags = FuseProtocol.OPEN_DIRECT_IO | FuseProtocol.OPEN_PARALLEL_DIRECT_WRITES;
        reply.set(INT, BODY + 8, node == Node.DISK ? flags : 0);
        return OPEN_BYTES;
    }

    static int written(MemorySegment reply, int sizeBytes) {
        clear(reply, WRITE_BYTES);
        reply.set(INT, BODY, sizeBytes);
        return WRITE_BYTES;
    }

    static int fileSystem(MemorySegment reply, long diskBytes) {
        clear(reply, STATFS_BYTES);
        reply.set(LONG, BODY, diskBytes / VirtualDisk.BLOCK_BYTES);
        reply.set(LONG, BODY + 24, 1);
        reply.set(INT, BODY + 40, VirtualDisk.BLOCK_BYTES);
        reply.set(INT, BODY + 44, NAME_LIMIT_BYTES);
        reply.set(INT, BODY + 48, VirtualDisk.BLOCK_BYTES);
        return STATFS_BYTES;
    }

    /** The entries from the given one on that fit; none at the end. */
    static int directory(MemorySegment reply, long firstEntry, int limitBytes) {
        int length = 0;
        for (long index = firstEntry; index < CHILDREN.size(); index++) {
            Child child = CHILDREN.get((int) index);
            byte[] name = child.name().getBytes(StandardCharsets.UTF_8);
            int entryBytes = (DIRENT_BYTES + name.length + 7) & ~7;
            if (length + entryBytes > limitBytes) {
                break;
            }
            MemorySegment entry = reply.asSlice(BODY + (long) length, entryBytes);
            entry.fill((byte) 0);
            entry.set(LONG, 0, child.node().id);
            entry.set(LONG, 8, index + 1);
            entry.set(INT, 16, name.length);
            entry.set(INT, 20, child.type());
            MemorySegment.copy(name, 0, entry, JAVA_BYTE, DIRENT_BYTES, name.length);
            length += entryBytes;
        }
        return length;
    }

    private static void clear(MemorySegment reply, int bodyBytes) {
        reply.asSlice(BODY, bodyBytes).fill((byte) 0);
    }
}
