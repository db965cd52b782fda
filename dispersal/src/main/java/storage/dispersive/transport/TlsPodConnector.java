package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.PodConnector;

/**
 * Connects one volume to its pods over mutual TLS. Whoever answers must hold a certificate of the
 * same authority that names the pod that was meant; where it was reached does not matter.
 */
public final class TlsPodConnector implements PodConnector {

    private final NettyEventLoop loop;
    private final VolumeId volume;
    private final Handshake handshake;
    private final ClientLimits limits;
    private final Map<Integer, SlotEndpoint> endpoints;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();

    public TlsPodConnector(
            NettyEventLoop loop,
            VolumeId volume,
            TlsIdentity identity,
            ClientLimits limits,
            Map<Integer, SlotEndpoint> endpoints) {
        this(loop, volume, new TlsHandshake(identity), limits, endpoints);
    }

    TlsPodConnector(
            NettyEventLoop loop,
            VolumeId volume,
            Handshake handshake,
            ClientLimits limits,
            Map<Integer, SlotEndpoint> endpoints) {
        this.loop = loop;
        this.volume = volume;
        this.handshake = handshake;
        this.limits = limits;
        this.endpoints = new HashMap<>(endpoints);
    }

    /** From now on the pod of {@code slot} is looked for here. On the loop. */
    public void relocate(int slot, SlotEndpoint endpoint) {
        endpoints.put(slot, endpoint);
    }

    /** The connections that are open, or being opened. By any thread. */
    public List<ConnectionInfo> connections() {
        return connections.stream().map(ClientConnection::info).toList();
    }

    @Override
    public void open(int slot, SessionKind kind, SessionListener listener) {
        SlotEndpoint endpoint = endpoints.get(slot);
        if (endpoint == null) {
            loop.execute(
                    () -> listener.closed("nobody said where the pod of slot " + slot + " is"));
            return;
        }
        Hello hello = new Hello(Greeting.SPOKEN, volume, kind, slot, endpoint.pod());
        open(endpoint, hello, listener);
    }

    void open(SlotEndpoint endpoint, Hello hello, SessionListener listener) {
        byte @Nullable [] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
        if (literal != null) {
            loop.execute(() -> connect(address(literal), endpoint, hello, listener));
        } else {
            resolve(endpoint, hello, listener);
        }
    }

    /** The system's resolver blocks, which the loop must not. */
    private void resolve(SlotEndpoint endpoint, Hello hello, SessionListener listener) {
        Thread.ofVirtual()
                .name("resolve-" + endpoint.host())
                .start(() -> {
                    try {
                        InetAddress found = InetAddress.getByName(endpoint.host());
                        loop.execute(() -> connect(found, endpoint, hello, listener));
                    } catch (UnknownHostException e) {
                        String why = "no address is known for " + endpoint.host();
                        loop.execute(() -> listener.closed(why));
                    }
                });
    }

    private void connect(
            InetAddress address, SlotEndpoint endpoint, Hello hello, SessionListener listener) {
        var connected =
                loop.clientBootstrap()
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, limits.connectMillis())
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        SocketTuning.apply(channel);
                                    }
                                })
                        .connect(new InetSocketAddress(address, endpoint.port()));
        connected.addListener(done -> {
            if (done.isSuccess()) {
                begin(connected.channel(), hello, listener);
            } else {
                listener.closed(ReadableCause.of(done.cause()));
            }
        });
    }

    private void begin(Channel channel, Hello hello, SessionListener listener) {
        ClientConnection connection =
                new ClientConnection(loop, channel, limits, hello, listener, connections::remove);
        connections.add(connection);
        handshake.asClient(channel);
        channel.pipeline().addLast(connection.port());
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + literal.length + " bytes", e);
        }
    }
}
