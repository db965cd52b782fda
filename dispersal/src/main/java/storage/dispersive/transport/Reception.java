package storage.dispersive.transport;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.LoggerFactory;
import storage.dispersive.wire.Greeting.Reason;

/**
 * All that have come in by any of a pod's doors and have not left, within the pod's limits. On the
 * loop, but for what the counters say.
 */
final class Reception {

    private static final long MIN_SWEEP_MILLIS = 10;
    private static final long MAX_SWEEP_MILLIS = 1_000;

    private final NettyEventLoop loop;
    private final PodServer.Self self;
    private final ServerLimits limits;
    private final RequestHandler handler;
    private final RefusalLog refusals = new RefusalLog(LoggerFactory.getLogger(PodServer.class));
    private final SequencedSet<ServerConnection> halfOpen = new LinkedHashSet<>();
    private final Set<ServerConnection> welcomed = ConcurrentHashMap.newKeySet();
    private boolean sweeping;
    private boolean closed;

    Reception(
            NettyEventLoop loop, PodServer.Self self, ServerLimits limits, RequestHandler handler) {
        this.loop = loop;
        this.self = self;
        this.limits = limits;
        this.handler = handler;
    }

    /** A connection was accepted at {@code door}. */
    void enter(Channel channel, Door door) {
        if (closed) {
            var _ = channel.close();
            return;
        }
        if (halfOpen.size() >= limits.maxHalfOpen()) {
            oldestHalfOpen(door).cut("too many callers have not said who they are");
        }
        SocketTuning.apply(channel);
        ServerConnection connection = new ServerConnection(this, door, channel);
        halfOpen.add(connection);
        door.handshake().asServer(channel);
        channel.pipeline().addLast(connection.port());
        door.entered(connection);
        sweepLater();
    }

    /** A flood at one door pushes out its own, as long as there are any. */
    private ServerConnection oldestHalfOpen(Door door) {
        return halfOpen.stream()
                .filter(connection -> connection.door().equals(door))
                .findFirst()
                .orElseGet(halfOpen::getFirst);
    }

    /** Whether there is room for one more connection, which then counts. */
    boolean admit(ServerConnection connection) {
        if (welcomed.size() >= limits.maxConnections()) {
            return false;
        }
        halfOpen.remove(connection);
        welcomed.add(connection);
        return true;
    }

    void ended(ServerConnection connection) {
        halfOpen.remove(connection);
        welcomed.remove(connection);
    }

    void refused(Channel channel, String kind, String detail) {
        refusals.refused(channel.remoteAddress(), kind, detail, loop.nanoTime());
    }

    /** By any thread. */
    List<ConnectionInfo> connections() {
        return welcomed.stream().flatMap(connection -> connection.info().stream()).toList();
    }

    /** By any thread. */
    long refusedConnections() {
        return refusals.count();
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells all to leave, and lets nobody in any more. */
    void close() {
        closed = true;
        all().forEach(connection -> connection.deny(Reason.CLOSING, "the pod is going away"));
    }

    private void sweepLater() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        long shortest =
                Math.min(
                        limits.handshakeMillis(),
                        Math.min(limits.idleMillis(), limits.frameMillis()));
        long everyMillis = Math.clamp(shortest / 4, MIN_SWEEP_MILLIS, MAX_SWEEP_MILLIS);
        var _ = loop.schedule(everyMillis, this::sweep);
    }

    private void sweep() {
        sweeping = false;
        long now = loop.nanoTime();
        all().forEach(connection -> connection.sweep(now));
        if (!halfOpen.isEmpty() || !welcomed.isEmpty()) {
            sweepLater();
        }
    }

    private List<ServerConnection> all() {
        List<ServerConnection> all = new ArrayList<>(halfOpen);
        all.addAll(welcomed);
        return all;
    }

    NettyEventLoop loop() {
        return loop;
    }

    PodServer.Self self() {
        return self;
    }

    ServerLimits limits() {
        return limits;
    }

    RequestHandler handler() {
        return handler;
    }
}
