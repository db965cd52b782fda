package storage.dispersive.blockdevice.fuse;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import storage.dispersive.blockdevice.fuse.FuseRequest.Malformed;
import storage.dispersive.blockdevice.fuse.FuseRequest.Name;

/**
 * Reads one request of the kernel out of a buffer and checks each of its fields; offsets are those
 * of the structures in include/uapi/linux/fuse.h. Never throws for what the buffer holds.
 *
 * <p>Thread contract: stateless but for its limit; any thread.
 */
final class RequestParser {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final int OPCODE = 4;
    private static final int UNIQUE = 8;
    private static final int NODE = 16;
    private static final int BODY = FuseProtocol.IN_HEADER_BYTES;
    private static final int INIT_SHORT_BYTES = 16;
    private static final int INIT_BYTES = 64;
    private static final int NAME_LIMIT_BYTES = 256;

    private final int maxTransferBytes;

    /** The limit is what INIT promised the kernel: it asks and sends no more at once. */
    RequestParser(int maxTransferBytes) {
        this.maxTransferBytes = maxTransferBytes;
    }

    /** The request is the whole segment, as one read of the descriptor returned it. */
    FuseRequest parse(MemorySegment request) {
        long length = request.byteSize();
        if (length < BODY) {
            return new FuseRequest.Unreadable(0, "only " + length + " bytes");
        }
        long unique = request.get(LONG, UNIQUE);
        int stated = request.get(INT, 0);
        if (stated != length) {
            return new FuseRequest.Unreadable(
                    unique, "header says " + stated + " bytes, read " + length);
        }
        int opcode = request.get(INT, OPCODE);
        long node = request.get(LONG, NODE);
        return switch (opcode) {
            case FuseProtocol.READ -> read(request, unique, node);
            case FuseProtocol.WRITE -> write(request, unique, node);
            case FuseProtocol.FALLOCATE -> allocate(request, unique, node);
            case FuseProtocol.FSYNC ->
                    length < BODY + 16
                            ? tooShort(unique, opcode)
                            : new FuseRequest.Synchronize(unique, node, request.get(LONG, BODY));
            case FuseProtocol.LOOKUP -> lookup(request, unique, node);
            case FuseProtocol.GETATTR ->
                    length < BODY + 16
                            ? tooShort(unique, opcode)
                            : new FuseRequest.GetAttributes(unique, node);
            case FuseProtocol.OPEN ->
                    length < BODY + 8
                            ? tooShort(unique, opcode)
                            : new FuseRequest.Open(unique, node, request.get(INT, BODY));
            case FuseProtocol.OPENDIR ->
                    length < BODY + 8
                            ? tooShort(unique, opcode)
                            : new FuseRequest.OpenDirectory(unique, node);
            case FuseProtocol.READDIR -> readDirectory(request, unique, node);
            case FuseProtocol.STATFS -> new FuseRequest.StatFileSystem(unique);
            case FuseProtocol.RELEASE, FuseProtocol.RELEASEDIR -> new FuseRequest.Release(unique);
            case FuseProtocol.FORGET, FuseProtocol.BATCH_FORGET, FuseProtocol.INTERRUPT ->
                    new FuseRequest.Unanswered(unique);
            case FuseProtocol.INIT -> init(request, unique);
            default -> new FuseRequest.Unsupported(unique, opcode);
        };
    }

    private FuseRequest read(MemorySegment request, long unique, long node) {
        if (request.byteSize() < BODY + 40) {
            return tooShort(unique, FuseProtocol.READ);
        }
        long offset = request.get(LONG, BODY + 8);
        int size = request.get(INT, BODY + 16);
        if (isBadRange(offset, size)) {
            return badRange(unique, offset, size);
        }
        return new FuseRequest.Read(unique, node, request.get(LONG, BODY), offset, size);
    }

    private FuseRequest write(MemorySegment request, long unique, long node) {
        int head = BODY + FuseProtocol.WRITE_IN_BYTES;
        if (request.byteSize() < head) {
            return tooShort(unique, FuseProtocol.WRITE);
        }
        long offset = request.get(LONG, BODY + 8);
        int size = request.get(INT, BODY + 16);
        if (isBadRange(offset, size)) {
            return badRange(unique, offset, size);
        }
        if (request.byteSize() != head + (long) size) {
            return new Malformed(
                    unique, "a write of " + size + " bytes in a request of " + request.byteSize());
        }
        return new FuseRequest.Write(unique, node, request.get(LONG, BODY), offset, size);
    }

    private FuseRequest readDirectory(MemorySegment request, long unique, long node) {
        if (request.byteSize() < BODY + 40) {
            return tooShort(unique, FuseProtocol.READDIR);
        }
        long offset = request.get(LONG, BODY + 8);
        int size = request.get(INT, BODY + 16);
        if (isBadRange(offset, size)) {
            return badRange(unique, offset, size);
        }
        return new FuseRequest.ReadDirectory(unique, node, request.get(LONG, BODY), offset, size);
    }

    private FuseRequest allocate(MemorySegment request, long unique, long node) {
        if (request.byteSize() < BODY + 32) {
            return tooShort(unique, FuseProtocol.FALLOCATE);
        }
        long offset = request.get(LONG, BODY + 8);
        long length = request.get(LONG, BODY + 16);
        if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
            return badRange(unique, offset, length);
        }
        int mode = request.get(INT, BODY + 24);
        long handle = request.get(LONG, BODY);
        return new FuseRequest.Allocate(unique, node, handle, offset, length, mode);
    }

    private FuseRequest lookup(MemorySegment request, long unique, long node) {
        MemorySegment name = request.asSlice(BODY);
        long length = name.byteSize();
        if (length < 2 || length > NAME_LIMIT_BYTES || name.get(JAVA_BYTE, length - 1) != 0) {
            return new Malformed(unique, "a name of " + length + " bytes, or without its end");
        }
        MemorySegment disk = MemorySegment.ofArray(Node.diskNameBytes());
        boolean isDisk = name.asSlice(0, length - 1).mismatch(disk) == -1;
        return new FuseRequest.Lookup(unique, node, isDisk ? Name.DISK : Name.OTHER);
    }

    private FuseRequest init(MemorySegment request, long unique) {
        long length = request.byteSize();
        if (length < BODY + INIT_SHORT_BYTES) {
            return tooShort(unique, FuseProtocol.INIT);
        }
        int flags2 = length >= BODY + INIT_BYTES ? request.get(INT, BODY + 16) : 0;
        return new FuseRequest.Init(
                unique,
                request.get(INT, BODY),
                request.get(INT, BODY + 4),
                request.get(INT, BODY + 8),
                request.get(INT, BODY + 12),
                flags2);
    }

    private boolean isBadRange(long offset, int size) {
        return offset < 0 || size < 0 || size > maxTransferBytes || offset > Long.MAX_VALUE - size;
    }

    private static FuseRequest badRange(long unique, long offset, long size) {
        return new Malformed(unique, "a range of " + size + " bytes at " + offset);
    }

    private static FuseRequest tooShort(long unique, int opcode) {
        return new Malformed(unique, "a request " + opcode + " without its fields");
    }
}
