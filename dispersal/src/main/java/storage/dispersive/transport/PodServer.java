package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.PodName;

/**
 * Listens for engines, lets in who shows a certificate for what it asks, and hands requests on.
 * Everything that a peer can make it hold is bounded by {@link ServerLimits}.
 *
 * <p>{@link #listen}, {@link #close} and the counters may be used by any thread; the rest happens
 * on the loop.
 */
public final class PodServer implements AutoCloseable {

    private static final int BACKLOG = 512;
    private static final long MIN_SWEEP_MILLIS = 10;
    private static final long MAX_SWEEP_MILLIS = 1_000;

    private final NettyEventLoop loop;
    private final Self self;
    private final Handshake handshake;
    private final ServerLimits limits;
    private final RequestHandler handler;
    private final RefusalLog refusals = new RefusalLog();
    private final SequencedSet<ServerConnection> halfOpen = new LinkedHashSet<>();
    private final Set<ServerConnection> welcomed = ConcurrentHashMap.newKeySet();
    private @Nullable Channel listener;
    private boolean closed;

    /** Who the pod is. */
    public record Self(PodName name, Incarnation incarnation) {}

    /** A server that does not listen yet. */
    public PodServer(
            NettyEventLoop loop,
            Self self,
            TlsIdentity identity,
            ServerLimits limits,
            RequestHandler handler) {
        this(loop, self, new TlsHandshake(identity), limits, handler);
    }

    PodServer(
            NettyEventLoop loop,
            Self self,
            Handshake handshake,
            ServerLimits limits,
            RequestHandler handler) {
        this.loop = loop;
        this.self = self;
        this.handshake = handshake;
        this.limits = limits;
        this.handler = handler;
    }

    /**
     * Begins to listen. The future has the address (port 0 becomes the port that the system chose),
     * or fails with an {@link java.io.IOException}.
     */
    public CompletableFuture<InetSocketAddress> listen(InetSocketAddress address) {
        CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
        ChannelFuture bound =
                loop.serverBootstrap()
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel);
                                    }
                                })
                        .bind(address);
        bound.addListener(done -> {
            if (!done.isSuccess()) {
                listening.completeExceptionally(done.cause());
                return;
            }
            listener = bound.channel();
            if (closed) {
                var _ = bound.channel().close();
            }
            sweepLater();
            listening.complete((InetSocketAddress) bound.channel().localAddress());
        });
        return listening;
    }

    /** Connections that have been welcomed and have not ended. */
    public List<ConnectionInfo> connections() {
        return welcomed.stream().flatMap(connection -> connection.info().stream()).toList();
    }

    /** Connections that were turned away since the start, whatever the reason. */
    public long refusedConnections() {
        return refusals.count();
    }

    /** Stops listening and ends all connections, telling the peers. */
    @Override
    public void close() {
        loop.execute(this::closeOnLoop);
    }

    private void closeOnLoop() {
        closed = true;
        if (listener != null) {
            var _ = listener.close();
        }
        all().forEach(connection -> connection.deny(Reason.CLOSING, "the pod is going away"));
    }

    private void accepted(Channel channel) {
        if (closed) {
            var _ = channel.close();
            return;
        }
        if (halfOpen.size() >= limits.maxHalfOpen()) {
            halfOpen.getFirst().cut("too many callers have not said who they are");
        }
        SocketTuning.apply(channel);
        ServerConnection connection = new ServerConnection(this, channel);
        halfOpen.add(connection);
        handshake.asServer(channel);
        channel.pipeline().addLast(connection.port());
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

    private void sweepLater() {
        long shortest =
                Math.min(
                        limits.handshakeMillis(),
                        Math.min(limits.idleMillis(), limits.frameMillis()));
        long everyMillis = Math.clamp(shortest / 4, MIN_SWEEP_MILLIS, MAX_SWEEP_MILLIS);
        var _ = loop.schedule(everyMillis, this::sweep);
    }

    private void sweep() {
        long now = loop.nanoTime();
        all().forEach(connection -> connection.sweep(now));
        if (!closed) {
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

    Self self() {
        return self;
    }

    ServerLimits limits() {
        return limits;
    }

    RequestHandler handler() {
        return handler;
    }
}
