package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * Listens for engines, lets in who shows a certificate for what it asks, and hands requests on.
 * There is one ordinary door, at the pod's own address, and a {@link LeasedDoor} for each
 * connection that comes through a virtual network machine. Everything that a peer can make it hold
 * is bounded by {@link ServerLimits}.
 *
 * <p>{@link #listen}, {@link #close} and the counters may be used by any thread; the rest happens
 * on the loop.
 */
public final class PodServer implements AutoCloseable {

    private static final int BACKLOG = 512;

    private final NettyEventLoop loop;
    private final ServerLimits limits;
    private final Reception reception;
    private final Door ordinary;
    private final Map<LeaseId, LeasedDoor> leased = new HashMap<>();
    private @Nullable Channel listener;

    /** Who the pod is. */
    public record Self(PodName name, Incarnation incarnation) {}

    /**
     * A server that does not listen yet.
     *
     * @param handshake how it shows who it is at the ordinary door
     */
    public PodServer(
            NettyEventLoop loop,
            Self self,
            Handshake handshake,
            OrdinaryDoor welcome,
            ServerLimits limits,
            RequestHandler handler) {
        this.loop = loop;
        this.limits = limits;
        this.reception = new Reception(loop, self, limits, handler);
        this.ordinary =
                new Door(handshake) {
                    @Override
                    Optional<Denied> denial(PeerIdentity peer, Hello hello) {
                        return Admission.atOrdinaryDoor(welcome, peer, hello, self.name());
                    }

                    @Override
                    Optional<Lease> lease() {
                        return Optional.empty();
                    }
                };
    }

    /**
     * Begins to listen. The future has the address (port 0 becomes the port that the system chose),
     * or fails with an {@link java.io.IOException}.
     */
    public CompletableFuture<InetSocketAddress> listen(InetSocketAddress address) {
        CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
        ChannelFuture bound =
                loop.serverBootstrap(address.getAddress())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        reception.enter(channel, ordinary);
                                    }
                                })
                        .bind(address);
        bound.addListener(done -> {
            if (!done.isSuccess()) {
                listening.completeExceptionally(done.cause());
                return;
            }
            listener = bound.channel();
            if (reception.isClosed()) {
                var _ = bound.channel().close();
            }
            listening.complete((InetSocketAddress) bound.channel().localAddress());
        });
        return listening;
    }

    /**
     * Waits at {@code listening} for the one connection that {@code lease} is for. On the loop. A
     * door that cannot be opened, because the pod is going away, there are as many doors as
     * connections already, or the same lease has one, ends at once.
     *
     * @param listening a socket that listens, which nobody has registered; it becomes the door's
     * @param leaf what this pod shows: a certificate of its own for this lease
     * @param ended runs once, on the loop and after this returned, when the socket and the
     *     connection that came of it are closed
     */
    public LeasedDoor open(Lease lease, ServerChannel listening, TlsIdentity leaf, Runnable ended) {
        if (!loop.inLoop()) {
            throw new IllegalStateException("doors are opened on the loop");
        }
        LeasedDoor door =
                new LeasedDoor(
                        reception,
                        new TlsHandshake(leaf),
                        lease,
                        listening,
                        gone -> {
                            leased.remove(lease.id(), gone);
                            ended.run();
                        });
        boolean mayOpen =
                !reception.isClosed()
                        && leased.size() < limits.maxConnections()
                        && leased.putIfAbsent(lease.id(), door) == null;
        door.begin();
        if (!mayOpen) {
            door.close();
        }
        return door;
    }

    /** Connections that have been welcomed and have not ended. */
    public List<ConnectionInfo> connections() {
        return reception.connections();
    }

    /** Connections that were turned away since the start, whatever the reason. */
    public long refusedConnections() {
        return reception.refusedConnections();
    }

    /** Stops listening and ends all connections, telling the peers. */
    @Override
    public void close() {
        loop.execute(this::closeOnLoop);
    }

    private void closeOnLoop() {
        if (listener != null) {
            var _ = listener.close();
        }
        reception.close();
        List.copyOf(leased.values()).forEach(LeasedDoor::close);
    }
}
