package storage.dispersive.blockdevice.nbd;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;

/**
 * A connection's requests in flight and their buffers, within its limits.
 *
 * <p>Thread contract: the connection's reader begins requests and waits here, any thread recycles.
 */
final class InFlight {

    private final BufferPool pool;
    private final long limitBytes;
    private final RequestStack recycled = new RequestStack();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Thread reader;
    private @Nullable Request free;
    private volatile boolean readerWaits;
    private volatile boolean abandoned;

    /** To be made by the connection's reader thread. */
    InFlight(NbdLimits limits, BufferPool pool, Request.Replies replies) {
        this.pool = pool;
        this.limitBytes = limits.bufferBytesPerConnection();
        this.reader = Thread.currentThread();
        int count = limits.requestsPerConnection();
        int headerBytes = NbdWire.SIMPLE_REPLY_BYTES;
        ByteBuffer headers = ByteBuffer.allocateDirect(count * headerBytes);
        for (int i = 0; i < count; i++) {
            Request request = new Request(replies, headers.slice(i * headerBytes, headerBytes));
            request.next = free;
            free = request;
        }
    }

    /** Whether {@link #take} would find a place. Only the reader takes: yes remains yes. */
    boolean hasPlace() {
        if (free == null) {
            free = recycled.takeAll();
        }
        return free != null;
    }

    /** Whether the limit allows a buffer for {@code length} bytes. */
    boolean hasRoom(int length) {
        return bytes.get() + BufferPool.capacityFor(length) <= limitBytes;
    }

    Request take() {
        Request taken = hasPlace() ? free : null;
        if (taken == null) {
            throw new IllegalStateException("no place for another request");
        }
        free = taken.next;
        taken.next = null;
        requests.incrementAndGet();
        return taken;
    }

    PooledBuffer takeBuffer(int length) {
        PooledBuffer buffer = pool.take(length);
        bytes.addAndGet(buffer.capacityBytes());
        return buffer;
    }

    /** Takes back a request that is answered, or never will be. Any thread. */
    void recycle(Request request) {
        PooledBuffer buffer = request.end();
        if (buffer != null) {
            bytes.addAndGet(-buffer.capacityBytes());
            pool.give(buffer);
        }
        requests.decrementAndGet();
        recycled.push(request);
        if (readerWaits) {
            LockSupport.unpark(reader);
        }
    }

    /**
     * Waits until {@code condition} holds, which recycling may bring about. Only the reader calls.
     *
     * @throws ClosedChannelException if the connection is abandoned meanwhile
     */
    void await(Condition condition) throws ClosedChannelException {
        readerWaits = true;
        try {
            while (!condition.holds()) {
                if (abandoned) {
                    throw new ClosedChannelException();
                }
                LockSupport.park(this);
            }
        } finally {
            readerWaits = false;
        }
    }

    /** Tried again after each wake-up. */
    interface Condition {
        boolean holds();
    }

    boolean isIdle() {
        return requests.get() == 0;
    }

    /** Makes every present and later wait fail. */
    void abandon() {
        abandoned = true;
        LockSupport.unpark(reader);
    }
}
