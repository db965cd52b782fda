package storage.dispersive.transport;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.PodConnector;
import storage.dispersive.wire.PodSession;

/**
 * Connects one volume to its pods over mutual TLS, by the ways that a {@link Dialer} finds. Whoever
 * answers must hold a certificate of the same authority that names the pod that was meant, and the
 * lease, if there is one.
 */
public final class TlsPodConnector implements PodConnector {

    private final NettyEventLoop loop;
    private final VolumeId volume;
    private final ClientLimits limits;
    private final Dialer dialer;
    private final Function<TlsIdentity, Handshake> handshake;
    private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();

    public TlsPodConnector(
            NettyEventLoop loop, VolumeId volume, ClientLimits limits, Dialer dialer) {
        this(loop, volume, limits, dialer, TlsHandshake::new);
    }

    TlsPodConnector(
            NettyEventLoop loop,
            VolumeId volume,
            ClientLimits limits,
            Dialer dialer,
            Function<TlsIdentity, Handshake> handshake) {
        this.loop = loop;
        this.volume = volume;
        this.limits = limits;
        this.dialer = dialer;
        this.handshake = handshake;
    }

    /** The connections that are open, or being opened. By any thread. */
    public List<ConnectionInfo> connections() {
        return connections.stream().map(ClientConnection::info).toList();
    }

    @Override
    public void open(int slot, SessionKind kind, SessionListener listener) {
        dialer.dial(
                slot,
                kind,
                new Dialer.Answer() {
                    @Override
                    public void connected(Line line) {
                        begin(
                                line,
                                new Hello(Greeting.SPOKEN, volume, kind, slot, line.pod()),
                                watched(line, listener));
                    }

                    @Override
                    public void failed(String why) {
                        listener.closed(why);
                    }
                });
    }

    /** Tells the dialer of lines that do not carry. */
    private SessionListener watched(Line line, SessionListener listener) {
        return new SessionListener() {
            @Override
            public void opened(PodSession session) {
                listener.opened(session);
            }

            @Override
            public void silent() {
                dialer.failing(line);
                listener.silent();
            }

            @Override
            public void heardAgain() {
                dialer.works(line);
                listener.heardAgain();
            }

            @Override
            public void closed(String reason) {
                listener.closed(reason);
            }
        };
    }

    /** What fails one connection may fail others, which were not asked anything and do not know. */
    private final class Company implements ClientConnection.Company {
        @Override
        public void doubted(ClientConnection connection, long sinceNanos) {
            connections.stream()
                    .filter(other -> other != connection)
                    .forEach(other -> other.doubt(sinceNanos));
        }

        @Override
        public void ended(ClientConnection connection) {
            connections.remove(connection);
        }
    }

    void begin(Line line, Hello hello, SessionListener listener) {
        if (!line.channel().isActive()) {
            listener.closed("the connection ended before it was used");
            return;
        }
        ClientConnection connection =
                new ClientConnection(loop, line, limits, hello, listener, new Company());
        connections.add(connection);
        handshake.apply(line.identity()).asClient(line.channel());
        line.channel().pipeline().addLast(connection.port());
        // Adopted channels have waited for handlers.
        line.channel().config().setAutoRead(true);
    }
}
