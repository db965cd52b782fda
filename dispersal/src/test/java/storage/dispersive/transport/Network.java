package storage.dispersive.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodName;

/** An authority, and pods and engines on loops of their own, over loopback. */
final class Network implements AutoCloseable {

    static final Duration YEAR = Duration.ofDays(365);
    static final PodName POD = new PodName("pod-0");
    static final VolumeId VOLUME = Messages.VOLUME;

    final CertificateAuthority authority =
            CertificateAuthority.create("test", YEAR, Clock.systemUTC());
    final NettyEventLoop podLoop = NettyEventLoop.start("pod");
    final NettyEventLoop engineLoop = NettyEventLoop.start("engine");
    private final List<PodServer> servers = new ArrayList<>();

    TlsIdentity podIdentity(PodName name) {
        return identity(issuedPod(name));
    }

    IssuedIdentity issuedPod(PodName name) {
        return authority.issuePod(
                name.value(),
                List.of(InetAddress.getLoopbackAddress()),
                List.of("localhost"),
                YEAR);
    }

    TlsIdentity volumeIdentity() {
        return identity(authority.issueVolume(VOLUME, YEAR));
    }

    TlsIdentity identity(IssuedIdentity issued) {
        return identity(issued, authority.certificatePem());
    }

    static TlsIdentity identity(IssuedIdentity issued, String trusted) {
        try {
            return TlsIdentity.of(
                    bytes(issued.certificatePem()), bytes(issued.privateKeyPem()), bytes(trusted));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    /** A pod that listens. */
    Listening listen(ServerLimits limits, RequestHandler handler) {
        return listen(new TlsHandshake(podIdentity(POD)), limits, handler);
    }

    Listening listen(Handshake handshake, ServerLimits limits, RequestHandler handler) {
        return listen(server(handshake, OrdinaryDoor.ALL, limits, handler));
    }

    static Listening listen(PodServer server) {
        InetSocketAddress address =
                server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .orTimeout(5, TimeUnit.SECONDS)
                        .join();
        return new Listening(server, address.getPort());
    }

    /** A pod that does not listen yet. */
    PodServer server(ServerLimits limits, RequestHandler handler) {
        return server(new TlsHandshake(podIdentity(POD)), OrdinaryDoor.ALL, limits, handler);
    }

    PodServer server(
            Handshake handshake,
            OrdinaryDoor welcome,
            ServerLimits limits,
            RequestHandler handler) {
        PodServer server =
                new PodServer(
                        podLoop,
                        new PodServer.Self(POD, Messages.INCARNATION),
                        handshake,
                        welcome,
                        limits,
                        handler);
        servers.add(server);
        return server;
    }

    record Listening(PodServer server, int port) {
        SlotEndpoint as(PodName name) {
            return new SlotEndpoint("127.0.0.1", port, name);
        }
    }

    TlsPodConnector connector(TlsIdentity identity, SlotEndpoint endpoint) {
        return connector(identity, ClientLimits.DEFAULT, endpoint);
    }

    TlsPodConnector connector(TlsIdentity identity, ClientLimits limits, SlotEndpoint endpoint) {
        return new TlsPodConnector(engineLoop, VOLUME, limits, dialer(identity, endpoint));
    }

    SharedDialer dialer(TlsIdentity identity, SlotEndpoint endpoint) {
        return new SharedDialer(engineLoop, identity, ClientLimits.DEFAULT, Map.of(0, endpoint));
    }

    @Override
    public void close() {
        servers.forEach(PodServer::close);
        engineLoop.close();
        podLoop.close();
    }
}
