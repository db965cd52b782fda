package storage.dispersive.blockdevice.fuse;

import static storage.dispersive.blockdevice.fuse.FuseProtocol.IN_HEADER_BYTES;
import static storage.dispersive.blockdevice.fuse.FuseProtocol.OUT_HEADER_BYTES;
import static storage.dispersive.blockdevice.fuse.FuseProtocol.WRITE_IN_BYTES;

import java.lang.foreign.MemorySegment;

/**
 * The buffer of one request and of its answer. The data of a write and of a read stand at the same
 * page boundary: the headers lie in front of it, so nothing is ever moved and an answer is one
 * write of neighbouring bytes.
 *
 * <p>Thread contract: belongs to the reader that took it, then to the request, then to the pool;
 * these pass it on with a happens-before.
 */
final class Slot {

    static final int PAGE_BYTES = 4096;

    /** The page in front of the data holds the headers, at its end. */
    static long strideBytes(int maxTransferBytes) {
        return PAGE_BYTES + (long) maxTransferBytes;
    }

    private final SlotMemory home;
    private final MemorySegment request;
    private final MemorySegment data;
    private final MemorySegment reply;

    Slot(SlotMemory home, MemorySegment memory) {
        this.home = home;
        long headBytes = (long) IN_HEADER_BYTES + WRITE_IN_BYTES;
        request = memory.asSlice(PAGE_BYTES - headBytes);
        data = memory.asSlice(PAGE_BYTES);
        reply = memory.asSlice(PAGE_BYTES - OUT_HEADER_BYTES);
    }

    boolean isOf(SlotMemory memory) {
        return home == memory;
    }

    /** Where a request is read to. */
    MemorySegment request() {
        return request;
    }

    MemorySegment data(int sizeBytes) {
        return data.asSlice(0, sizeBytes);
    }

    /** The answer's header, its body begins at {@link #data}; overwrites the request. */
    MemorySegment reply() {
        return reply;
    }
}
