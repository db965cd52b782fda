package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a connection's replies, as many at once as are ready.
 *
 * <p>Thread contract: whoever completes a request calls {@link #ready}, which never blocks. The
 * replies are written by the connection's reader just before it would wait for the client ({@link
 * #flush}: no switch of threads when the disk answered at once and the replies are short), else by
 * a thread of the connection's own.
 */
final class ReplyWriter implements Request.Replies {

    private static final Logger log = LoggerFactory.getLogger(ReplyWriter.class);

    /** One system call takes about this much, so that buffers return while the rest is written. */
    private static final int GATHER_BYTES = 256 << 10;

    /** The reader leaves longer replies to the writing thread and goes on reading. */
    private static final int INLINE_BYTES = 160 << 10;

    private final SocketChannel channel;
    private final InFlight inFlight;
    private final Thread reader;
    private final Thread writer;
    private final RequestStack ready = new RequestStack();
    private final ReentrantLock writing = new ReentrantLock();
    private final ByteBuffer[] gather;
    private final Request[] gathered;
    private int readerBytes;
    private volatile boolean stopped;
    private volatile boolean broken;
    private volatile boolean abandoned;

    /** To be made by the connection's reader thread. */
    ReplyWriter(SocketChannel channel, NbdLimits limits, BufferPool pool, String name) {
        this.channel = channel;
        this.reader = Thread.currentThread();
        this.inFlight = new InFlight(limits, pool, this);
        this.gather = new ByteBuffer[limits.requestsPerConnection()];
        this.gathered = new Request[limits.requestsPerConnection()];
        this.writer = Thread.ofPlatform().daemon().name(name + "-replies").unstarted(this::run);
    }

    void start() {
        writer.start();
    }

    InFlight inFlight() {
        return inFlight;
    }

    @Override
    public void ready(Request request) {
        boolean first;
        if (reader.equals(Thread.currentThread())) {
            readerBytes += request.reply().remaining();
            ready.push(request);
            first = false;
        } else {
            first = ready.push(request);
        }
        if (abandoned) {
            recycleAll(ready.takeAll());
        } else if (first) {
            LockSupport.unpark(writer);
        }
    }

    /** Sees to it that what is ready gets written. The reader calls it before it waits. */
    void flush() {
        if (ready.isEmpty()) {
            return;
        }
        boolean small = readerBytes <= INLINE_BYTES;
        readerBytes = 0;
        if (small && writing.tryLock()) {
            try {
                writeAll(ready.takeAll());
            } finally {
                writing.unlock();
            }
            if (ready.isEmpty()) {
                return;
            }
        }
        LockSupport.unpark(writer);
    }

    private void run() {
        while (!stopped || !ready.isEmpty()) {
            if (ready.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            writing.lock();
            try {
                writeAll(ready.takeAll());
            } finally {
                writing.unlock();
            }
        }
    }

    private void writeAll(@Nullable Request first) {
        for (Request request = first; request != null; ) {
            int count = 0;
            long bytes = 0;
            while (request != null && bytes < GATHER_BYTES) {
                gathered[count] = request;
                gather[count] = request.reply();
                bytes += gather[count].remaining();
                count++;
                request = request.next;
            }
            if (!broken) {
                write(count, bytes);
            }
            for (int i = 0; i < count; i++) {
                inFlight.recycle(gathered[i]);
            }
        }
    }

    private void write(int count, long bytes) {
        try {
            int from = 0;
            for (long rest = bytes; rest > 0; ) {
                rest -= channel.write(gather, from, count - from);
                while (from < count && !gather[from].hasRemaining()) {
                    from++;
                }
            }
        } catch (IOException e) {
            broken = true;
            log.debug("a client went away before its replies were written", e);
            closeChannel();
        }
    }

    /** Wakes the reader, which ends the connection. */
    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing a connection failed", e);
        }
    }

    private void recycleAll(@Nullable Request first) {
        for (Request request = first; request != null; ) {
            Request next = request.next;
            inFlight.recycle(request);
            request = next;
        }
    }

    /** Writes what is ready and ends the writing thread; nothing may be in flight any more. */
    void stop() {
        stopped = true;
        LockSupport.unpark(writer);
    }

    /** Requests still with the disk lose their replies, and free their buffers when it answers. */
    void abandon() {
        abandoned = true;
        broken = true;
        stop();
        inFlight.abandon();
        recycleAll(ready.takeAll());
    }
}
