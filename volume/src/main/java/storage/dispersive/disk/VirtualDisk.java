package storage.dispersive.disk;

import java.lang.foreign.MemorySegment;

/**
 * A disk that faces (NBD, FUSE and loop) present to the kernel or to a guest.
 *
 * <p>Offsets and lengths are bytes. Sectors of {@value #SECTOR_BYTES} bytes work, {@value
 * #BLOCK_BYTES} is preferred; anything unaligned to a sector or beyond the end completes with
 * {@link DiskError#INVALID}. A request is at most {@value #MAX_TRANSFER_BYTES} bytes, {@link #zero}
 * is not bounded.
 *
 * <p>Every request is answered exactly once, on any thread, possibly before the call returns. A
 * completed write is durable; requests that overlap in time may take effect in either order, but
 * each sector shows one of them whole. Buffers are native segments that any thread may use; they
 * belong to the disk until the completion and must not change before.
 *
 * <p>Thread contract: all methods may be called from any thread and never block for the network.
 */
public interface VirtualDisk {

    int SECTOR_BYTES = 512;
    int BLOCK_BYTES = 4096;
    int MAX_TRANSFER_BYTES = 32 << 20;

    /** The size in bytes, a multiple of {@value #BLOCK_BYTES}. It may grow, never shrink. */
    long sizeBytes();

    void read(long offset, MemorySegment destination, DiskCompletion completion);

    void write(long offset, MemorySegment source, DiskCompletion completion);

    /** From its completion on, the range reads as zeros (also what a discard does here). */
    void zero(long offset, long length, DiskCompletion completion);

    /** Completes when everything that was completed before is durable. */
    void flush(DiskCompletion completion);
}
