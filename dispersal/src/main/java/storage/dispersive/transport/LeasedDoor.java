package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Greeting.Reason;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.PodName;

/**
 * Where the one connection comes in that a lease is for. The first that is welcomed closes the door
 * behind it, for all others that knock already, too. All on the loop; {@link PodServer#open} makes
 * it.
 */
public final class LeasedDoor extends Door {

    /** Who comes through a virtual network machine has it for itself; the oldest is cut. */
    static final int MAX_CALLERS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(LeasedDoor.class);

    private final Reception reception;
    private final PodName self;
    private final Lease lease;
    private final ServerChannel listening;
    private final Consumer<LeasedDoor> whenEnded;
    private final SequencedSet<ServerConnection> callers = new LinkedHashSet<>();
    private final EventLoop.Timer patience;
    private @Nullable ServerConnection guest;
    private State state = State.WAITING;

    private enum State {
        WAITING,
        TAKEN,
        /** Nobody comes in any more; channels may still have to be closed. */
        ENDING,
        ENDED
    }

    LeasedDoor(
            Reception reception,
            Handshake handshake,
            Lease lease,
            ServerChannel listening,
            Consumer<LeasedDoor> whenEnded) {
        super(handshake);
        this.reception = reception;
        this.self = reception.self().name();
        this.lease = lease;
        this.listening = listening;
        this.whenEnded = whenEnded;
        this.patience = reception.loop().schedule(reception.limits().leaseMillis(), this::giveUp);
    }

    void begin() {
        listening.pipeline().addLast(new Acceptor());
        listening.closeFuture().addListener(closed -> listeningClosed());
        reception.loop().register(listening);
    }

    /**
     * The connection, once there is one; before that the socket that listens; nothing when the
     * lease is over. So that its descriptor can be duplicated, not to be used otherwise.
     */
    public Optional<Channel> channel() {
        return switch (state) {
            case WAITING -> Optional.of(listening);
            case TAKEN -> Optional.ofNullable(guest).map(it -> it.port().channel());
            case ENDING, ENDED -> Optional.empty();
        };
    }

    /** Ends the lease, and tells whoever uses it. Does nothing when it has ended. */
    public void close() {
        if (state == State.WAITING || state == State.TAKEN) {
            end();
            List.copyOf(callers).forEach(LeasedDoor::bidFarewell);
            if (guest != null) {
                bidFarewell(guest);
            }
        }
    }

    private static void bidFarewell(ServerConnection connection) {
        connection.deny(Reason.CLOSING, "the lease is over");
    }

    private void giveUp() {
        if (state == State.WAITING) {
            LOG.debug("nobody came under {}", lease);
            close();
        }
    }

    @Override
    Optional<Denied> denial(PeerIdentity peer, Hello hello) {
        return Admission.atLeasedDoor(lease, peer, hello, self);
    }

    @Override
    Optional<Lease> lease() {
        return Optional.of(lease);
    }

    @Override
    void entered(ServerConnection connection) {
        if (callers.size() >= MAX_CALLERS) {
            callers.getFirst().cut("too many callers have not said who they are");
        }
        callers.add(connection);
    }

    @Override
    void welcomed(ServerConnection connection) {
        state = State.TAKEN;
        guest = connection;
        patience.cancel();
        callers.remove(connection);
        stopListening();
        List.copyOf(callers).forEach(late -> late.cut("another uses the lease"));
        connection.port().channel().closeFuture().addListener(closed -> endedIfClosed());
    }

    @Override
    void ended(ServerConnection connection) {
        callers.remove(connection);
        if (connection == guest && state == State.TAKEN) {
            end();
        }
    }

    private void end() {
        state = State.ENDING;
        patience.cancel();
        stopListening();
        endedIfClosed();
    }

    private void listeningClosed() {
        if (state == State.WAITING) {
            close();
        }
        endedIfClosed();
    }

    private void endedIfClosed() {
        boolean open = listening.isOpen() || (guest != null && guest.port().channel().isOpen());
        if (state == State.ENDING && !open) {
            state = State.ENDED;
            // Later, as whoever closed the door is in the middle of something.
            reception.loop().execute(() -> whenEnded.accept(this));
        }
    }

    /** Closing alone would leave it listening if somebody holds a duplicate of the descriptor. */
    private void stopListening() {
        if (listening.isOpen()
                && listening instanceof UnixChannel unix
                && unix.fd() instanceof Socket socket) {
            try {
                socket.shutdown(true, false);
            } catch (IOException e) {
                LOG.debug("{} cannot be shut down, only closed", listening, e);
            }
        }
        var _ = listening.close();
    }

    /** Lets in what the kernel accepted. */
    private final class Acceptor extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel accepted = (Channel) message;
            if (state != State.WAITING) {
                accepted.unsafe().closeForcibly();
                return;
            }
            accepted.pipeline()
                    .addLast(
                            new ChannelInitializer<Channel>() {
                                @Override
                                protected void initChannel(Channel channel) {
                                    reception.enter(channel, LeasedDoor.this);
                                }
                            });
            reception.loop().register(accepted);
        }

        @Override
        @SuppressWarnings("deprecation") // inherited from ChannelHandler
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.warn("nobody can be let in under {}", lease, cause);
            close();
        }
    }
}
