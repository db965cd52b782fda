package storage.dispersive.transport;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.wire.EncodedFrame;
import storage.dispersive.wire.Frame;
import storage.dispersive.wire.FrameType;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.GreetingCodec;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.MalformedFrameException;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;
import storage.dispersive.wire.ReplyCodec;
import storage.dispersive.wire.ReplyShape;
import storage.dispersive.wire.RequestCodec;

/** One engine's connection, at the pod. On the loop, but for the answers of the handler. */
final class ServerConnection implements FramePort.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    private final Reception reception;
    private final Door door;
    private final FramePort port;
    private final TransferCounters counters = new TransferCounters();
    private final Window window;
    private final long acceptedNanos;
    private State state = State.HALF_OPEN;
    private @Nullable PeerIdentity peer;
    private volatile @Nullable Hello hello;
    private long lastRequestId;
    private int withHandler;
    private long lastSentNanos;

    private enum State {
        HALF_OPEN,
        SERVING,
        ENDED
    }

    ServerConnection(Reception reception, Door door, Channel channel) {
        this.reception = reception;
        this.door = door;
        this.port = new FramePort(reception.loop(), channel, this, counters);
        this.window = new Window(reception.limits().maxRequests(), reception.limits().maxBytes());
        this.acceptedNanos = reception.loop().nanoTime();
        this.lastSentNanos = acceptedNanos;
    }

    FramePort port() {
        return port;
    }

    /** Where it came in. */
    Door door() {
        return door;
    }

    @Override
    public void peerKnown(PeerIdentity known) {
        peer = known;
    }

    @Override
    public boolean isReady() {
        return switch (state) {
            case HALF_OPEN -> true;
            case SERVING -> window.hasRoom() && port.isWritable();
            case ENDED -> false;
        };
    }

    @Override
    public void expect(FrameType type, long requestId, int bulkBytes) {
        if (state == State.HALF_OPEN) {
            if (type != FrameType.HELLO || peer == null) {
                throw new MalformedFrameException("a caller begins with HELLO, not " + type);
            }
        } else if (type.isRequest()) {
            if (requestId <= lastRequestId) {
                throw new MalformedFrameException(
                        "request " + requestId + " after request " + lastRequestId);
            }
        } else if (type != FrameType.PING) {
            throw new MalformedFrameException("a pod is not sent " + type);
        }
    }

    @Override
    public void accept(Frame frame) {
        if (state == State.HALF_OPEN) {
            greet(GreetingCodec.decode(frame));
        } else if (frame.type() == FrameType.PING) {
            frame.bulk().release();
            port.send(GreetingCodec.encodeEmpty(port.channel().alloc(), FrameType.PONG));
        } else {
            lastRequestId = frame.requestId();
            serve(frame.requestId(), RequestCodec.decode(frame));
        }
    }

    private void greet(Greeting greeting) {
        if (!(greeting instanceof Hello said) || peer == null) {
            throw new MalformedFrameException("a caller begins with HELLO");
        }
        Optional<Denied> denial = door.denial(peer, said);
        if (denial.isPresent()) {
            deny(denial.get().reason(), denial.get().detail());
        } else if (!reception.admit(this)) {
            deny(Reason.TOO_MANY_CONNECTIONS, "this pod takes no more connections");
        } else {
            hello = said;
            state = State.SERVING;
            int version = said.versions().common(Greeting.SPOKEN).orElseThrow();
            Greeting welcome =
                    new Greeting.Welcome(
                            version,
                            reception.self().name(),
                            reception.self().incarnation(),
                            reception.limits().maxRequests(),
                            reception.limits().maxBytes());
            port.send(GreetingCodec.encode(port.channel().alloc(), welcome));
            door.welcomed(this);
        }
    }

    private void serve(long requestId, PodRequest request) {
        Hello greeted = hello;
        if (peer == null || greeted == null) {
            throw new IllegalStateException("a request before the greeting");
        }
        counters.request();
        ReplyShape shape = ReplyShape.of(request);
        int requestBytes =
                request instanceof PodRequest.Append append ? append.portion().readableBytes() : 0;
        Answer answer = new Answer(requestId, shape, requestBytes + (long) shape.maxBulkBytes());
        window.enter(answer.cost);
        withHandler++;
        Optional<String> refusal = Admission.refusal(peer, greeted, request);
        if (refusal.isPresent()) {
            if (request instanceof PodRequest.Append append) {
                append.portion().release();
            }
            answer.accept(Refused.because(Refusal.INVALID, refusal.get()));
            return;
        }
        try {
            reception.handler().handle(request, answer);
        } catch (RuntimeException e) {
            LOG.error("a request failed in an unforeseen way; its connection ends", e);
            cut("a request failed");
        }
    }

    /** What the handler calls, once. */
    private final class Answer implements Consumer<PodReply> {
        private final AtomicBoolean given = new AtomicBoolean();

        private final long requestId;
        private final ReplyShape shape;
        private final long cost;

        Answer(long requestId, ReplyShape shape, long cost) {
            this.requestId = requestId;
            this.shape = shape;
            this.cost = cost;
        }

        @Override
        public void accept(PodReply reply) {
            if (given.getAndSet(true)) {
                ReplyCodec.bulk(reply).release();
                throw new IllegalStateException("a request is answered once");
            }
            if (!shape.allows(reply)) {
                ReplyCodec.bulk(reply).release();
                reception.loop().execute(() -> cut("an answer that does not fit its request"));
                throw new IllegalArgumentException("this cannot be the answer: " + reply);
            }
            if (reception.loop().inLoop()) {
                reply(this, reply);
            } else {
                reception.loop().execute(() -> reply(this, reply));
            }
        }
    }

    private void reply(Answer answer, PodReply reply) {
        withHandler--;
        if (state == State.ENDED) {
            ReplyCodec.bulk(reply).release();
            return;
        }
        counters.reply();
        lastSentNanos = reception.loop().nanoTime();
        try {
            EncodedFrame frame = ReplyCodec.encode(port.channel().alloc(), answer.requestId, reply);
            port.send(frame, () -> sent(answer));
        } catch (IllegalArgumentException e) {
            LOG.error("an answer cannot be said; its connection ends", e);
            cut("an answer cannot be said");
        }
    }

    private void sent(Answer answer) {
        window.leave(answer.cost);
        lastSentNanos = reception.loop().nanoTime();
        port.resume();
    }

    Optional<ConnectionInfo> info() {
        return Optional.ofNullable(hello)
                .map(said ->
                        new ConnectionInfo(
                                said.volume(),
                                said.slot(),
                                said.kind(),
                                port.channel().remoteAddress(),
                                door.lease().map(Lease::id),
                                acceptedNanos,
                                counters));
    }

    @Override
    public void writable() {
        port.resume();
    }

    /** Ends the connection if it has taken too long over something. */
    void sweep(long nowNanos) {
        ServerLimits limits = reception.limits();
        if (state == State.HALF_OPEN) {
            if (nowNanos - acceptedNanos
                    > TimeUnit.MILLISECONDS.toNanos(limits.handshakeMillis())) {
                cut("the caller did not say who it is in " + limits.handshakeMillis() + " ms");
            }
        } else if (state == State.SERVING) {
            long frameNanos = TimeUnit.MILLISECONDS.toNanos(limits.frameMillis());
            long idleNanos = TimeUnit.MILLISECONDS.toNanos(limits.idleMillis());
            if (port.isFrameOlderThan(nowNanos - frameNanos)) {
                deny(Reason.TOO_SLOW, "a frame took over " + limits.frameMillis() + " ms");
            } else if (withHandler == 0
                    && nowNanos - port.lastReceivedNanos() > idleNanos
                    && nowNanos - lastSentNanos > idleNanos) {
                deny(Reason.TOO_SLOW, "nothing was said for " + limits.idleMillis() + " ms");
            }
        }
    }

    @Override
    public void malformed(MalformedFrameException e) {
        deny(Reason.MALFORMED, String.valueOf(e.getMessage()));
    }

    @Override
    public void broken(Throwable cause) {
        if (state == State.SERVING && cause instanceof IOException) {
            cut(null);
        } else {
            cut(ReadableCause.of(cause));
        }
    }

    /** Ends the connection and tells the peer why. */
    void deny(Reason reason, String detail) {
        if (state == State.ENDED) {
            return;
        }
        boolean canBeTold = peer != null;
        if (reason != Reason.CLOSING) {
            reception.refused(port.channel(), reason.name(), detail);
        }
        end();
        if (canBeTold) {
            Greeting last = new Denied(reason, Greeting.SPOKEN, detail);
            port.sendLast(GreetingCodec.encode(port.channel().alloc(), last));
        } else {
            port.close();
        }
    }

    /** Ends the connection without a word, and logs why, if there is something to say. */
    void cut(@Nullable String why) {
        if (state == State.ENDED) {
            return;
        }
        if (why != null) {
            reception.refused(
                    port.channel(), state == State.HALF_OPEN ? "handshake" : "broken", why);
        }
        end();
        port.close();
    }

    @Override
    public void inactive() {
        if (state == State.HALF_OPEN) {
            cut("the caller went away before it said who it is");
        } else {
            end();
        }
    }

    private void end() {
        state = State.ENDED;
        reception.ended(this);
        door.ended(this);
    }
}
