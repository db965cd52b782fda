package storage.dispersive.transport;

import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.EncodedFrame;
import storage.dispersive.wire.Frame;
import storage.dispersive.wire.FrameType;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Welcome;
import storage.dispersive.wire.GreetingCodec;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.MalformedFrameException;
import storage.dispersive.wire.PodConnector.SessionListener;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.PodSession;
import storage.dispersive.wire.Refusal;
import storage.dispersive.wire.ReplyCodec;
import storage.dispersive.wire.ReplyShape;
import storage.dispersive.wire.RequestCodec;

/** One connection to a pod, at the engine. All on the loop. */
final class ClientConnection implements PodSession, FramePort.Owner {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** In which a connection that is to end answers what it was asked. */
    private static final long FINISH_MILLIS = 10_000;

    private final NettyEventLoop loop;
    private final ClientLimits limits;
    private final Hello hello;
    private final Optional<LeaseId> lease;
    private final PeerIdentity expected;
    private final SessionListener listener;
    private final Company company;
    private final FramePort port;
    private final TransferCounters counters = new TransferCounters();
    private final Map<Long, Pending> outstanding = new HashMap<>();
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private final Silence silence;
    private final long sinceNanos;
    private final EventLoop.Timer handshakeTimer;
    private EventLoop.@Nullable Timer pingTimer;
    private State state = State.GREETING;
    private int maxRequests;
    private boolean finishing;
    private long lastRequestId;

    /** Whether it was asked for a sign of life and has not given one. */
    private boolean probed;

    /** The connections to all pods of a volume. */
    interface Company {
        /** It was asked and is not heard, since then. Once, until it is heard again. */
        void doubted(ClientConnection connection, long sinceNanos);

        void ended(ClientConnection connection);
    }

    private final class Heard implements Silence.Subject {
        @Override
        public long lastHeardNanos() {
            return port.lastReceivedNanos();
        }

        @Override
        public boolean isAsked() {
            return state == State.OPEN && (probed || !outstanding.isEmpty());
        }

        @Override
        public void ping() {
            pingNow();
        }

        @Override
        public void doubted(long sinceNanos) {
            company.doubted(ClientConnection.this, sinceNanos);
        }
    }

    private enum State {
        GREETING,
        OPEN,
        ENDED
    }

    private record Pending(
            long requestId, EncodedFrame frame, ReplyShape shape, ReplyListener listener) {}

    ClientConnection(
            NettyEventLoop loop,
            Line line,
            ClientLimits limits,
            Hello hello,
            SessionListener listener,
            Company company) {
        this.loop = loop;
        this.limits = limits;
        this.hello = hello;
        this.lease = line.lease().map(Lease::id);
        this.expected = line.peer();
        this.listener = listener;
        this.company = company;
        this.port = new FramePort(loop, line.channel(), this, counters);
        this.silence = new Silence(loop, new Heard(), listener);
        this.maxRequests = limits.maxRequests();
        this.sinceNanos = loop.nanoTime();
        this.handshakeTimer = loop.schedule(limits.handshakeMillis(), this::notWelcomed);
    }

    private void notWelcomed() {
        if (state == State.GREETING) {
            listener.silent();
            end("no welcome in " + limits.handshakeMillis() + " ms");
        }
    }

    FramePort port() {
        return port;
    }

    ConnectionInfo info() {
        return new ConnectionInfo(
                hello.volume(),
                hello.slot(),
                hello.kind(),
                port.channel().remoteAddress(),
                lease,
                sinceNanos,
                counters);
    }

    @Override
    public void send(PodRequest request, ReplyListener replyListener) {
        long requestId = ++lastRequestId;
        ReplyShape shape = ReplyShape.of(request);
        EncodedFrame frame = RequestCodec.encode(port.channel().alloc(), requestId, request);
        Pending pending = new Pending(requestId, frame, shape, replyListener);
        if (state == State.ENDED) {
            frame.release();
            loop.execute(replyListener::lost);
        } else if (waiting.isEmpty() && maySend()) {
            transmit(pending);
        } else if (waiting.size() < limits.maxWaiting()) {
            waiting.add(pending);
        } else {
            frame.release();
            PodReply busy =
                    Refused.because(Refusal.BUSY, limits.maxWaiting() + " requests wait already");
            loop.execute(() -> replyListener.answered(busy));
        }
    }

    private boolean maySend() {
        return outstanding.size() < maxRequests && port.isWritable();
    }

    private void transmit(Pending pending) {
        outstanding.put(pending.requestId(), pending);
        counters.request();
        port.send(pending.frame());
        silence.begin();
    }

    /**
     * Another one is not heard since then: asks this pod for a sign of life, if it is not asked
     * anything.
     */
    void doubt(long sinceNanos) {
        if (state == State.OPEN && !probed && outstanding.isEmpty()) {
            probe(sinceNanos);
        }
    }

    private void probe(long sinceNanos) {
        probed = true;
        pingNow();
        silence.begin(sinceNanos);
    }

    private void pingNow() {
        if (port.isWritable()) {
            port.send(GreetingCodec.encodeEmpty(port.channel().alloc(), FrameType.PING));
        }
    }

    private void transmitWaiting() {
        while (state == State.OPEN && maySend() && !waiting.isEmpty()) {
            transmit(waiting.remove());
        }
    }

    @Override
    public void peerKnown(PeerIdentity peer) {
        if (!peer.equals(expected)) {
            end(expected + " was called, but " + peer + " answered");
            return;
        }
        port.send(GreetingCodec.encode(port.channel().alloc(), hello));
    }

    @Override
    public boolean isReady() {
        return state != State.ENDED;
    }

    @Override
    public void expect(FrameType type, long requestId, int bulkBytes) {
        if (type == FrameType.DENIED || (type == FrameType.PONG && state == State.OPEN)) {
            return;
        }
        if (state == State.GREETING) {
            if (type != FrameType.WELCOME) {
                throw new MalformedFrameException("a pod begins with WELCOME, not " + type);
            }
            return;
        }
        Pending pending = outstanding.get(requestId);
        if (pending == null || !pending.shape().allows(type, bulkBytes)) {
            throw new MalformedFrameException(
                    type + " of " + bulkBytes + " bytes answers nothing that was asked");
        }
    }

    @Override
    public void accept(Frame frame) {
        probed = false;
        silence.heard();
        if (frame.type() == FrameType.PONG) {
            frame.bulk().release();
        } else if (frame.type().isReply()) {
            answered(frame.requestId(), ReplyCodec.decode(frame));
        } else {
            greeted(GreetingCodec.decode(frame));
        }
    }

    private void answered(long requestId, PodReply reply) {
        Pending pending = outstanding.remove(requestId);
        try {
            if (pending == null) {
                throw new MalformedFrameException("an answer to nothing");
            }
            counters.reply();
            pending.listener().answered(reply);
        } finally {
            ReplyCodec.bulk(reply).release();
        }
        transmitWaiting();
        endIfFinished();
    }

    private void greeted(Greeting greeting) {
        switch (greeting) {
            case Welcome welcome -> welcomed(welcome);
            case Denied denied -> end("the pod said " + denied.reason() + ": " + denied.detail());
            case Hello _ -> throw new MalformedFrameException("a pod does not say HELLO");
        }
    }

    private void welcomed(Welcome welcome) {
        if (!welcome.pod().equals(hello.pod())
                || welcome.version() < hello.versions().lowest()
                || welcome.version() > hello.versions().highest()) {
            throw new MalformedFrameException(
                    "welcomed by pod " + welcome.pod() + " in version " + welcome.version());
        }
        state = State.OPEN;
        handshakeTimer.cancel();
        maxRequests = Math.min(limits.maxRequests(), welcome.maxRequests());
        pingTimer = loop.schedule(limits.pingMillis(), this::ping);
        listener.opened(this);
    }

    private void ping() {
        if (state != State.OPEN) {
            return;
        }
        long silentNanos = loop.nanoTime() - port.lastReceivedNanos();
        if (silentNanos > TimeUnit.MILLISECONDS.toNanos(limits.silenceMillis())) {
            end("the pod was silent for over " + limits.silenceMillis() + " ms");
            return;
        }
        if (silentNanos >= TimeUnit.MILLISECONDS.toNanos(limits.pingMillis())) {
            probe(loop.nanoTime());
        }
        pingTimer = loop.schedule(limits.pingMillis(), this::ping);
    }

    @Override
    public void writable() {
        transmitWaiting();
    }

    @Override
    public void malformed(MalformedFrameException e) {
        end("the pod sent what cannot be: " + e.getMessage());
    }

    @Override
    public void broken(Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof DecoderException)) {
            LOG.error("a connection ends by an unforeseen failure", cause);
        }
        end(ReadableCause.of(cause));
    }

    @Override
    public void inactive() {
        end("the pod closed the connection");
    }

    @Override
    public void finish() {
        finishing = true;
        var _ = loop.schedule(FINISH_MILLIS, () -> end("was given time to be answered"));
        endIfFinished();
    }

    private void endIfFinished() {
        if (finishing && outstanding.isEmpty() && waiting.isEmpty()) {
            end("all that was asked is answered");
        }
    }

    @Override
    public void close() {
        end("closed by this side");
    }

    private void end(String reason) {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        handshakeTimer.cancel();
        if (pingTimer != null) {
            pingTimer.cancel();
        }
        port.close();
        // Later, as callers may be in the middle of sending.
        loop.execute(() -> tellEnd(reason));
    }

    private void tellEnd(String reason) {
        company.ended(this);
        Map<Long, Pending> lost = new TreeMap<>(outstanding);
        outstanding.clear();
        waiting.forEach(pending -> {
            pending.frame().release();
            lost.put(pending.requestId(), pending);
        });
        waiting.clear();
        lost.values().forEach(pending -> tell(pending.listener()::lost));
        tell(() -> listener.closed(reason));
    }

    /** One listener's failure must not keep the others from hearing. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("a listener failed at the end of a connection", e);
        }
    }
}
