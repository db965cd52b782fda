package storage.dispersive.blockdevice.nbd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Buffers of power-of-two sizes. What is in use is bounded by the connections' limits, what lies
 * idle by the pool's own.
 *
 * <p>Thread contract: any thread; short locks only, memory is taken and freed outside of them.
 */
final class BufferPool {

    private static final int SMALLEST_SHIFT = 12;
    private static final int LARGEST_SHIFT = 25;

    private final List<ArrayDeque<PooledBuffer>> idle = new ArrayList<>();
    private final long idleLimitBytes;
    private long idleBytes;
    private long usedBytes;
    private boolean closed;

    BufferPool(long idleLimitBytes) {
        this.idleLimitBytes = idleLimitBytes;
        for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
            idle.add(new ArrayDeque<>());
        }
    }

    /** The size of the buffer that a payload of {@code length} bytes gets. */
    static int capacityFor(int length) {
        return 1 << shiftFor(length);
    }

    private static int shiftFor(int length) {
        if (length < 1 || length > 1 << LARGEST_SHIFT) {
            throw new IllegalArgumentException("no buffer of " + length + " bytes");
        }
        return Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
    }

    PooledBuffer take(int length) {
        int shift = shiftFor(length);
        PooledBuffer buffer = takeIdle(shift);
        if (buffer != null) {
            return buffer;
        }
        PooledBuffer fresh = new PooledBuffer(1 << shift);
        synchronized (this) {
            usedBytes += fresh.capacityBytes();
        }
        return fresh;
    }

    private synchronized @Nullable PooledBuffer takeIdle(int shift) {
        PooledBuffer buffer = idle.get(shift - SMALLEST_SHIFT).pollLast();
        if (buffer != null) {
            idleBytes -= buffer.capacityBytes();
            usedBytes += buffer.capacityBytes();
        }
        return buffer;
    }

    void give(PooledBuffer buffer) {
        if (!keep(buffer)) {
            buffer.free();
        }
    }

    private synchronized boolean keep(PooledBuffer buffer) {
        int capacity = buffer.capacityBytes();
        usedBytes -= capacity;
        if (closed || idleBytes + capacity > idleLimitBytes) {
            return false;
        }
        idleBytes += capacity;
        return idle.get(shiftFor(capacity) - SMALLEST_SHIFT).add(buffer);
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    synchronized long idleBytes() {
        return idleBytes;
    }

    /** Frees what is idle now, and every buffer in use as soon as it is given back. */
    void close() {
        List<PooledBuffer> free = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.forEach(buffers -> {
                free.addAll(buffers);
                buffers.clear();
            });
            idleBytes = 0;
        }
        free.forEach(PooledBuffer::free);
    }
}
