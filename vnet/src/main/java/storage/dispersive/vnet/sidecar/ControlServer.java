package storage.dispersive.vnet.sidecar;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.ReadableCause;
import storage.dispersive.transport.RefusalLog;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.ProtocolException;

/**
 * Listens at the host's ordinary address for the sidecars of nodes. Everything that a peer can make
 * it hold is bounded, and who is turned away is told of once a minute.
 *
 * <p>Thread contract: all on the loop, but {@link #close}.
 */
final class ControlServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    /** Connections of peers that have not shown who they are; one is cut for a new one. */
    private static final int MAX_HALF_OPEN = 128;

    private static final int MAX_CONNECTIONS = 2_048;

    /** Requests of one connection that are not answered. */
    static final int MAX_UNDER_WAY = 128;

    private static final long HANDSHAKE_MILLIS = 10_000;
    private static final long IDLE_MILLIS = 300_000;

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final NettyEventLoop loop;
    private final TlsHandshake handshake;
    private final Requests requests;
    private final RefusalLog refusals = new RefusalLog(LOG);
    private final SequencedSet<Connection> halfOpen = new LinkedHashSet<>();
    private final SequencedSet<Connection> known = new LinkedHashSet<>();
    private final List<Channel> listeners = new CopyOnWriteArrayList<>();

    /** What is done about requests; answers may come from any thread. */
    interface Requests {
        void spawn(String peer, ControlMessage.Spawn request, Consumer<ControlMessage> answer);

        void release(String peer, ControlMessage.Release request, Consumer<ControlMessage> answer);

        void limit(String peer, ControlMessage.Limit request, Consumer<ControlMessage> answer);
    }

    ControlServer(NettyEventLoop loop, TlsHandshake handshake, Requests requests) {
        this.loop = loop;
        this.handshake = handshake;
        this.requests = requests;
    }

    /** Begins to listen, and waits until it does. Not on the loop. */
    void listen(InetSocketAddress address) throws IOException {
        ChannelFuture bound =
                loop.serverBootstrap(address.getAddress())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen at " + address + ": " + ReadableCause.of(bound.cause()),
                    bound.cause());
        }
        listeners.add(bound.channel());
    }

    private void accepted(Channel channel) {
        if (halfOpen.size() >= MAX_HALF_OPEN) {
            dispensable().cut("too many callers have not said who they are");
        }
        Connection connection = new Connection(channel);
        halfOpen.add(connection);
        channel.pipeline().addLast(new FirstWord(connection));
        handshake.asServer(channel);
        ControlPipeline.install(channel, connection);
        connection.watch();
    }

    /**
     * Whom to give up for a new caller: the oldest that never said a word, so that a flood of these
     * does not push out those that are about to say who they are; the oldest if all have begun.
     */
    private Connection dispensable() {
        return halfOpen.stream()
                .filter(connection -> !connection.hasBegun)
                .findFirst()
                .orElseGet(halfOpen::getFirst);
    }

    /** Notices that a caller has begun to say who it is. */
    private static final class FirstWord extends ChannelInboundHandlerAdapter {
        private final Connection connection;

        FirstWord(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            connection.hasBegun = true;
            ctx.fireChannelRead(message);
            ctx.pipeline().remove(this);
        }
    }

    /** One sidecar of another host, or one that has not said who it is. */
    private final class Connection implements ControlPipeline.Owner {
        private final Channel channel;
        private @Nullable String peer;
        private boolean hasBegun;
        private long lastHeardNanos;
        private int underWay;
        private EventLoop.@Nullable Timer watch;

        Connection(Channel channel) {
            this.channel = channel;
            this.lastHeardNanos = loop.nanoTime();
        }

        /** Ends the connection if it takes too long over what it should do. */
        void watch() {
            long limitMillis = peer == null ? HANDSHAKE_MILLIS : IDLE_MILLIS;
            long silentMillis = TimeUnit.NANOSECONDS.toMillis(loop.nanoTime() - lastHeardNanos);
            if (!channel.isOpen()) {
                return;
            }
            if (silentMillis >= limitMillis && underWay == 0) {
                if (peer == null) {
                    cut("the caller did not say who it is in " + HANDSHAKE_MILLIS + " ms");
                } else {
                    var _ = channel.close();
                }
                return;
            }
            watch = loop.schedule(Math.max(1, limitMillis - silentMillis), this::watch);
        }

        @Override
        public void known(String name) {
            if (known.size() >= MAX_CONNECTIONS) {
                cut("there are " + MAX_CONNECTIONS + " callers already");
                return;
            }
            halfOpen.remove(this);
            known.add(this);
            peer = name;
            lastHeardNanos = loop.nanoTime();
        }

        @Override
        public void heard(ControlMessage message) throws ProtocolException {
            String from = peer;
            if (from == null) {
                throw new ProtocolException("a message of nobody");
            }
            lastHeardNanos = loop.nanoTime();
            if (underWay >= MAX_UNDER_WAY) {
                ControlPipeline.send(
                        channel,
                        new ControlMessage.Refused(
                                message.number(),
                                Reason.NO_ROOM,
                                MAX_UNDER_WAY + " requests are under way already"));
                return;
            }
            underWay++;
            switch (message) {
                case ControlMessage.Spawn spawn -> requests.spawn(from, spawn, this::answer);
                case ControlMessage.Release release ->
                        requests.release(from, release, this::answer);
                case ControlMessage.Limit limit -> requests.limit(from, limit, this::answer);
                case ControlMessage.Spawned _, ControlMessage.Done _, ControlMessage.Refused _ ->
                        throw new ProtocolException("an answer instead of a request");
            }
        }

        private void answer(ControlMessage answer) {
            loop.execute(() -> {
                underWay--;
                ControlPipeline.send(channel, answer);
            });
        }

        @Override
        public void failed(Throwable why) {
            refused(ReadableCause.of(why));
        }

        @Override
        public void closed() {
            halfOpen.remove(this);
            known.remove(this);
            if (watch != null) {
                watch.cancel();
            }
        }

        void cut(String why) {
            refused(why);
            halfOpen.remove(this);
            var _ = channel.close();
        }

        private void refused(String why) {
            String kind = peer == null ? "handshake" : "control";
            refusals.refused(channel.remoteAddress(), kind, why, loop.nanoTime());
        }
    }

    /** Callers turned away since the start. */
    long refusedCallers() {
        return refusals.count();
    }

    @Override
    public void close() {
        loop.execute(() -> {
            for (Channel listener : listeners) {
                var _ = listener.close();
            }
            for (Connection connection : new LinkedHashSet<>(known)) {
                var _ = connection.channel.close();
            }
            for (Connection connection : new LinkedHashSet<>(halfOpen)) {
                var _ = connection.channel.close();
            }
        });
    }
}
