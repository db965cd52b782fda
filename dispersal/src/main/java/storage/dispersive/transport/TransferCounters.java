package storage.dispersive.transport;

import java.util.concurrent.atomic.LongAdder;

/**
 * What went over one connection, in bytes of frames (TLS adds about 0.2 % to them) and in requests.
 * Written on the loop, read by any thread.
 */
public final class TransferCounters {

    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder replies = new LongAdder();

    TransferCounters() {}

    public long bytesReceived() {
        return bytesReceived.sum();
    }

    public long bytesSent() {
        return bytesSent.sum();
    }

    /** Requests sent, or received at a pod. */
    public long requests() {
        return requests.sum();
    }

    /** Replies received, or sent by a pod. */
    public long replies() {
        return replies.sum();
    }

    void received(long bytes) {
        bytesReceived.add(bytes);
    }

    void sent(long bytes) {
        bytesSent.add(bytes);
    }

    void request() {
        requests.increment();
    }

    void reply() {
        replies.increment();
    }
}
