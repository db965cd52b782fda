package storage.dispersive.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * Reaches pods at their ordinary addresses, by plain sockets of this host that all connections
 * share. Where a pod was reached does not matter: who it is, it has to show.
 */
public final class SharedDialer implements Dialer {

    private final NettyEventLoop loop;
    private volatile TlsIdentity identity;
    private final int connectMillis;
    private final Map<Integer, SlotEndpoint> endpoints;

    public SharedDialer(
            NettyEventLoop loop,
            TlsIdentity identity,
            ClientLimits limits,
            Map<Integer, SlotEndpoint> endpoints) {
        this.loop = loop;
        this.identity = identity;
        this.connectMillis = limits.connectMillis();
        this.endpoints = new HashMap<>(endpoints);
    }

    /** From now on connections show this identity. By any thread. */
    public void become(TlsIdentity next) {
        identity = next;
    }

    /** From now on the pod of {@code slot} is looked for here. On the loop. */
    public void relocate(int slot, SlotEndpoint endpoint) {
        endpoints.put(slot, endpoint);
    }

    @Override
    public void dial(int slot, SessionKind kind, Answer answer) {
        SlotEndpoint endpoint = endpoints.get(slot);
        if (endpoint == null) {
            loop.execute(() -> answer.failed("nobody said where the pod of slot " + slot + " is"));
            return;
        }
        byte @Nullable [] literal = NetUtil.createByteArrayFromIpAddressString(endpoint.host());
        if (literal != null) {
            loop.execute(() -> connect(address(literal), endpoint, answer));
        } else {
            resolve(endpoint, answer);
        }
    }

    /** The system's resolver blocks, which the loop must not. */
    private void resolve(SlotEndpoint endpoint, Answer answer) {
        Thread.ofVirtual()
                .name("resolve-" + endpoint.host())
                .start(() -> {
                    try {
                        InetAddress found = InetAddress.getByName(endpoint.host());
                        loop.execute(() -> connect(found, endpoint, answer));
                    } catch (UnknownHostException e) {
                        String why = "no address is known for " + endpoint.host();
                        loop.execute(() -> answer.failed(why));
                    }
                });
    }

    private void connect(InetAddress address, SlotEndpoint endpoint, Answer answer) {
        var connected =
                loop.clientBootstrap(address)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
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
                answer.connected(
                        new Line(connected.channel(), endpoint.pod(), identity, Optional.empty()));
            } else {
                answer.failed(ReadableCause.of(done.cause()));
            }
        });
    }

    private static InetAddress address(byte[] literal) {
        try {
            return InetAddress.getByAddress(literal);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + literal.length + " bytes", e);
        }
    }
}
