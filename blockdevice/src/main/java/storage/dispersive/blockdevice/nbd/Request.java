package storage.dispersive.blockdevice.nbd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;

/**
 * One of a connection's places for a request in flight, used again and again. It is the disk's
 * completion, and holds the reply until that is written.
 *
 * <p>Thread contract: the connection's reader begins it, whichever thread completes it, whoever
 * writes replies recycles it; {@link RequestStack} hands it from one to the next.
 */
final class Request implements DiskCompletion {

    private final Replies replies;
    private final ByteBuffer bareHeader;
    private final AtomicBoolean pending = new AtomicBoolean();
    private long cookie;
    private int lengthBytes;
    private @Nullable PooledBuffer buffer;
    private boolean carriesPayload;
    private @Nullable ByteBuffer reply;

    /** The link of the {@link RequestStack} that holds it. */
    @Nullable Request next;

    /** Hears of replies that are ready to be written. Must not block. */
    interface Replies {
        void ready(Request request);
    }

    /** {@code bareHeader} is the request's own memory for a reply without payload. */
    Request(Replies replies, ByteBuffer bareHeader) {
        this.replies = replies;
        this.bareHeader = bareHeader;
    }

    /** A request without payload in either direction. */
    Request begin(long requestCookie) {
        cookie = requestCookie;
        carriesPayload = false;
        pending.set(true);
        return this;
    }

    /** A request whose payload, of {@code length} bytes, comes with it. */
    Request beginWrite(long requestCookie, PooledBuffer payload, int length) {
        buffer = payload;
        lengthBytes = length;
        return begin(requestCookie);
    }

    /** A request whose reply carries {@code length} bytes. */
    Request beginRead(long requestCookie, PooledBuffer payload, int length) {
        beginWrite(requestCookie, payload, length);
        carriesPayload = true;
        return this;
    }

    MemorySegment payload() {
        return Objects.requireNonNull(buffer).payload(lengthBytes);
    }

    ByteBuffer payloadBytes() {
        return Objects.requireNonNull(buffer).payloadBytes(lengthBytes);
    }

    @Override
    public void succeeded() {
        complete(NbdErrno.NONE);
    }

    @Override
    public void failed(DiskError error) {
        complete(NbdErrno.of(error));
    }

    void complete(NbdErrno errno) {
        if (!pending.compareAndSet(true, false)) {
            throw new IllegalStateException("a request was completed twice");
        }
        PooledBuffer payload = carriesPayload && errno == NbdErrno.NONE ? buffer : null;
        ByteBuffer out =
                payload == null ? bareHeader.clear() : payload.headerAndPayload(lengthBytes);
        int start = out.position();
        out.putInt(start, NbdWire.SIMPLE_REPLY_MAGIC);
        out.putInt(start + 4, errno.code());
        out.putLong(start + 8, cookie);
        reply = out;
        replies.ready(this);
    }

    boolean isPending() {
        return pending.get();
    }

    /** The bytes to be sent, once the request is complete. */
    ByteBuffer reply() {
        return Objects.requireNonNull(reply);
    }

    /** Ends this use of the place, and gives the payload's buffer, if it had one. */
    @Nullable PooledBuffer end() {
        PooledBuffer payload = buffer;
        pending.set(false);
        buffer = null;
        reply = null;
        return payload;
    }
}
