package storage.dispersive.vnet.sidecar;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Capabilities;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.TlsHandshake;
import storage.dispersive.vnet.machine.Underlay;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.protocol.ControlMessage;
import storage.dispersive.vnet.protocol.ControlMessage.Reason;
import storage.dispersive.vnet.protocol.LocalMessage;

/**
 * A sidecar without a room for machines, which therefore needs no rights: it listens, asks the
 * kernel what anybody may, passes requests on as it is asked to, and refuses those that reach it.
 * The JVM notes what a sidecar needs, so that the next one starts faster. Takes the settings of
 * {@link SidecarMain}; ends with SIGTERM.
 */
public final class RehearsedSidecar {

    /** Why a machine is not spawned. */
    public static final String REFUSAL = "this is a rehearsal";

    private static final Logger LOG = LoggerFactory.getLogger(RehearsedSidecar.class);

    private RehearsedSidecar() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        SidecarSettings settings = SidecarSettings.parse(arguments);
        try (SidecarIdentity identity = SidecarIdentity.open(settings.identity())) {
            rehearse(settings, identity.handshake());
        }
    }

    private static void rehearse(SidecarSettings settings, TlsHandshake handshake)
            throws IOException, InterruptedException {
        NettyEventLoop loop = NettyEventLoop.start("control");
        lookAround(settings);
        ControlServer control = new ControlServer(loop, handshake, new Refusing());
        for (InetSocketAddress address : settings.controls()) {
            control.listen(address);
        }
        ControlClients clients = new ControlClients(loop, handshake);
        LocalMessage.Welcome welcome =
                new LocalMessage.Welcome(0, settings.name().value(), settings.paths().names());
        var _ =
                LocalServer.start(
                        settings.socket(), settings.users(), welcome, new PassingOn(clients));
        LOG.info("rehearses {} with {}", settings.name(), Capabilities.effective());
        new CountDownLatch(1).await();
    }

    private static void lookAround(SidecarSettings settings) throws IOException {
        StateThread state = new StateThread();
        state.execute(() -> LOG.debug("all that is known would be known here"));
        new Reservations(settings.ports(), new SecureRandom()).lookAround();
        try (NetworkLinks host = NetworkLinks.open()) {
            int mtuBytes = Underlay.mtuInside(host, InetAddress.getLoopbackAddress());
            LOG.debug("{} bytes fit into a packet", mtuBytes);
        }
        state.close();
    }

    private record Refusing() implements ControlServer.Requests {
        @Override
        public void spawn(
                String peer, ControlMessage.Spawn request, Consumer<ControlMessage> answer) {
            answer.accept(new ControlMessage.Refused(request.number(), Reason.FAILED, REFUSAL));
        }

        @Override
        public void release(
                String peer, ControlMessage.Release request, Consumer<ControlMessage> answer) {
            answer.accept(new ControlMessage.Done(request.number()));
        }

        @Override
        public void limit(
                String peer, ControlMessage.Limit request, Consumer<ControlMessage> answer) {
            answer.accept(new ControlMessage.Done(request.number()));
        }
    }

    private record PassingOn(ControlClients clients) implements LocalPeer.Ears {
        @Override
        public void heard(
                LocalPeer peer, LocalMessage message, Optional<Descriptor> passed, Runnable done) {
            passed.ifPresent(Descriptor::close);
            if (!(message instanceof LocalMessage.Open open)) {
                peer.send(new LocalMessage.Done(message.number()));
                done.run();
                return;
            }
            CompletableFuture<ControlMessage> asked =
                    clients.call(peer, open.control(), open.pod(), spawn(open));
            var _ =
                    asked.whenComplete((answer, failure) -> {
                        String why =
                                answer instanceof ControlMessage.Refused refused
                                        ? refused.why()
                                        : answer + ", " + failure;
                        peer.refuse(message.number(), why);
                        done.run();
                    });
        }

        private static ControlMessage.Spawn spawn(LocalMessage.Open open) {
            return new ControlMessage.Spawn(
                    open.number(),
                    open.lease(),
                    open.pod(),
                    open.path(),
                    new InetSocketAddress(open.control().getAddress(), 1),
                    1,
                    open.mtuBytes());
        }

        @Override
        public void left(LocalPeer peer) {
            LOG.debug("{} has left", peer);
        }
    }
}
