package storage.dispersive.transport;

import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;

/** Both ends of leases over loopback, with sockets that were made by hand and are adopted. */
final class Leases {

    static final int SLOT = 3;

    private static final int BACKLOG = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    final Network network;
    final IssuedIdentity pod;
    final IssuedIdentity volume;

    Leases(Network network) {
        this.network = network;
        this.pod = network.issuedPod(Network.POD);
        this.volume = network.authority.issueVolume(Network.VOLUME, Network.YEAR);
    }

    static Lease of(SessionKind kind) {
        return new Lease(LeaseId.random(RANDOM), Network.VOLUME, SLOT, kind);
    }

    TlsIdentity podLeaf(Lease lease) {
        return network.identity(issue(pod, lease));
    }

    TlsIdentity volumeLeaf(Lease lease) {
        return network.identity(issue(volume, lease));
    }

    static IssuedIdentity issue(IssuedIdentity issuer, Lease lease) {
        return LeaseAuthority.load(issuer, Clock.systemUTC()).issue(lease);
    }

    TlsIdentity identity(IssuedIdentity issued, SslProvider provider) {
        try {
            return TlsIdentity.of(
                    Network.bytes(issued.certificatePem()),
                    Network.bytes(issued.privateKeyPem()),
                    Network.bytes(network.authority.certificatePem()),
                    provider);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A door that is open, and where. */
    record Open(LeasedDoor door, int port, AtomicInteger ends) {}

    Open open(PodServer server, Lease lease) {
        return open(server, lease, podLeaf(lease));
    }

    Open open(PodServer server, Lease lease, TlsIdentity leaf) {
        return open(server, lease, leaf, listening());
    }

    Open open(PodServer server, Lease lease, TlsIdentity leaf, Socket listening) {
        int port = listening.localAddress().getPort();
        AtomicInteger ends = new AtomicInteger();
        LeasedDoor door =
                on(
                        network.podLoop,
                        () ->
                                server.open(
                                        lease,
                                        network.podLoop.adoptListening(listening.intValue()),
                                        leaf,
                                        ends::incrementAndGet));
        return new Open(door, port, ends);
    }

    /** An engine that calls there, showing its leaf, and means the pod under the lease. */
    Engine call(int port, Lease lease) {
        return call(port, lease, volumeLeaf(lease));
    }

    Engine call(int port, Lease lease, TlsIdentity shown) {
        return call(port, lease, shown, lease);
    }

    /** The same, but greets as {@code greeted} says. */
    Engine call(int port, Lease lease, TlsIdentity shown, Lease greeted) {
        TlsPodConnector connector =
                new TlsPodConnector(
                        network.engineLoop,
                        greeted.volume(),
                        ClientLimits.DEFAULT,
                        dialer(port, shown, Optional.of(lease)));
        Engine engine = Engine.observing(network.engineLoop);
        network.engineLoop.execute(() -> connector.open(greeted.slot(), greeted.kind(), engine));
        return engine;
    }

    Dialer dialer(int port, TlsIdentity shown, Optional<Lease> lease) {
        return (_, _, answer) ->
                network.engineLoop.execute(() -> {
                    try {
                        var channel = network.engineLoop.adopt(connected(port).intValue());
                        answer.connected(new Line(channel, Network.POD, shown, lease));
                    } catch (IOException e) {
                        answer.failed("refused: " + e.getMessage());
                    }
                });
    }

    static Socket listening() {
        try {
            Socket listening = Socket.newSocketStream();
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listening.listen(BACKLOG);
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Socket connected(int port) throws IOException {
        Socket socket = Socket.newSocketStream();
        boolean connected =
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        // Loopback answers at once: the socket does not block, but the handshake is over.
        if (!connected && !socket.finishConnect()) {
            throw new IOException("not connected");
        }
        return socket;
    }

    static <T> T on(NettyEventLoop loop, Callable<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
