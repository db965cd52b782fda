package storage.dispersive.vnet.sidecar;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.ReadableCause;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.ProtocolException;
import storage.dispersive.wire.PodName;

/**
 * Control connections to the sidecars of storage pods: one each, made when it is needed and kept.
 * All processes of this host share it, and none gets more requests under way than are left of what
 * the other end takes.
 *
 * <p>Thread contract: {@link #call} from any thread; all else on the loop.
 */
final class ControlClients implements NodeEnd.Callers, AutoCloseable {

    private static final int CONNECT_MILLIS = 3_000;
    private static final long ANSWER_MILLIS = 10_000;

    private final NettyEventLoop loop;
    private final TlsHandshake handshake;
    private final Map<Place, Connection> connections = new HashMap<>();

    private record Place(InetSocketAddress address, PodName pod) {}

    ControlClients(NettyEventLoop loop, TlsHandshake handshake) {
        this.loop = loop;
        this.handshake = handshake;
    }

    @Override
    public CompletableFuture<ControlMessage> call(
            LocalPeer asker, InetSocketAddress address, PodName pod, ControlMessage request) {
        Question question = new Question(asker, request, new CompletableFuture<>());
        Place place = new Place(address, pod);
        loop.execute(() -> connections.computeIfAbsent(place, Connection::new).call(question));
        return question.answer();
    }

    private record Question(
            LocalPeer asker, ControlMessage request, CompletableFuture<ControlMessage> answer) {}

    private record Call(Question question, ControlMessage numbered, EventLoop.Timer timer) {}

    /** One connection, from its making to its end. */
    private final class Connection implements ControlPipeline.Owner {
        private final Place place;
        private final Map<Long, Call> underWay = new HashMap<>();
        private final FairShare<LocalPeer> shares = new FairShare<>();
        private @Nullable Channel channel;
        private boolean known;
        private boolean over;
        private String why = "the connection was closed";
        private long lastNumber;

        Connection(Place place) {
            this.place = place;
            ChannelFuture connected =
                    loop.clientBootstrap(place.address().getAddress())
                            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                            .option(ChannelOption.TCP_NODELAY, true)
                            .option(ChannelOption.SO_KEEPALIVE, true)
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel made) {
                                            handshake.asClient(made);
                                            ControlPipeline.install(made, Connection.this);
                                        }
                                    })
                            .connect(place.address());
            channel = connected.channel();
            connected.addListener(done -> {
                if (!done.isSuccess()) {
                    why = ReadableCause.of(done.cause());
                    closed();
                }
            });
        }

        void call(Question question) {
            LocalPeer asker = question.asker();
            int left = ControlServer.MAX_UNDER_WAY - underWay.size();
            if (!shares.allows(asker, left)) {
                String why = shares.of(asker) + " requests of " + asker + " wait for it already";
                question.answer().completeExceptionally(new RefusedException(Reason.NO_ROOM, why));
                return;
            }
            long number = ++lastNumber;
            EventLoop.Timer timer = loop.schedule(ANSWER_MILLIS, () -> late(number));
            Call call = new Call(question, question.request().numbered(number), timer);
            underWay.put(number, call);
            shares.add(asker);
            if (known) {
                transmit(call);
            }
        }

        private void transmit(Call call) {
            Channel open = channel;
            if (open != null) {
                ControlPipeline.send(open, call.numbered());
            }
        }

        /** Silent is as good as gone: whoever asks next gets a new connection. */
        private void late(long number) {
            if (underWay.containsKey(number)) {
                why = "there was no answer in " + ANSWER_MILLIS + " ms";
                closed();
            }
        }

        @Override
        public void known(String peer) {
            if (!peer.equals(place.pod().value())) {
                why = "the sidecar of " + peer + " answers there";
                closed();
                return;
            }
            known = true;
            underWay.values().forEach(this::transmit);
        }

        @Override
        public void heard(ControlMessage message) throws ProtocolException {
            Call call = underWay.remove(message.number());
            if (call == null) {
                throw new ProtocolException("an answer to nothing");
            }
            shares.remove(call.question().asker());
            call.timer().cancel();
            call.question().answer().complete(message);
        }

        @Override
        public void failed(Throwable cause) {
            why = ReadableCause.of(cause);
        }

        @Override
        public void closed() {
            if (over) {
                return;
            }
            over = true;
            connections.remove(place, this);
            if (channel != null) {
                var _ = channel.close();
            }
            for (Call call : underWay.values()) {
                call.timer().cancel();
                call.question().answer().completeExceptionally(new IOException(why));
            }
            underWay.clear();
        }
    }

    @Override
    public void close() {
        loop.execute(() -> Map.copyOf(connections).values().forEach(Connection::closed));
    }
}
