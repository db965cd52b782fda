package storage.dispersive.vnet.client;

import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.transport.LeasedDoor;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.PodServer;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodName;

/**
 * Takes the machines that the sidecar beside a storage pod spawns, and opens a door of the pod's
 * server in each: for one connection, under one lease, with an identity of its own.
 *
 * <p>Thread contract: {@link #close} from any thread but the loop's; all else by itself.
 */
public final class PodMachines implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PodMachines.class);

    private final NettyEventLoop loop;
    private final PodServer server;
    private final LeaseIssuer issuer;
    private final Map<LeaseId, Open> doors = new HashMap<>();
    private final SidecarLink link;
    private final HelperThread helper = new HelperThread();

    private record Open(Machine machine, LeasedDoor door) {}

    /**
     * Looks for the sidecar at once, and whenever it has ended.
     *
     * @param sidecar its Unix socket
     */
    public PodMachines(
            NettyEventLoop loop, PodServer server, PodName pod, LeaseIssuer issuer, Path sidecar) {
        this.loop = loop;
        this.server = server;
        this.issuer = issuer;
        this.link = SidecarLink.ofPod(sidecar, pod, new Pod());
    }

    /** Whether a sidecar is there, without which nobody can connect. */
    public boolean hasSidecar() {
        return link.isUp();
    }

    private void issue(Held listening, Consumer<Optional<String>> answer) {
        Lease lease = listening.machine().lease();
        try {
            TlsIdentity identity = issuer.issue(lease);
            loop.execute(() -> open(listening, identity, answer));
        } catch (IOException e) {
            listening.socket().close();
            answer.accept(Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private void open(Held listening, TlsIdentity identity, Consumer<Optional<String>> answer) {
        Machine machine = listening.machine();
        LeaseId lease = machine.lease().id();
        if (doors.containsKey(lease)) {
            listening.socket().close();
            var _ = helper.take(() -> answer.accept(Optional.of("this lease has a door already")));
            return;
        }
        try {
            ServerChannel channel = loop.adoptListening(listening.socket().release());
            LeasedDoor door = server.open(machine.lease(), channel, identity, () -> ended(lease));
            doors.put(lease, new Open(machine, door));
            var _ = helper.take(() -> answer.accept(Optional.empty()));
        } catch (IOException | IllegalStateException e) {
            var _ = helper.take(() -> answer.accept(Optional.of(String.valueOf(e.getMessage()))));
        }
    }

    private void ended(LeaseId lease) {
        doors.remove(lease);
        // Once this is closed the end of the conversation ends all machines.
        var _ = helper.take(() -> link.closeLease(lease));
    }

    /** What the sidecar asks of this process. */
    private final class Pod implements MainProcess {
        @Override
        public List<Held> held() {
            return Duplicates.onLoop(
                    loop,
                    () -> {
                        List<Held> all = new ArrayList<>();
                        for (Open open : doors.values()) {
                            Optional<Descriptor> socket =
                                    open.door().channel().flatMap(Duplicates::of);
                            socket.ifPresent(found -> all.add(new Held(open.machine(), found)));
                        }
                        return all;
                    });
        }

        @Override
        public void offered(Held listening, Consumer<Optional<String>> answer) {
            if (!helper.take(() -> issue(listening, answer))) {
                listening.socket().close();
                answer.accept(Optional.of("the pod is ending"));
            }
        }

        @Override
        public void ended(LeaseId lease, String why) {
            LOG.debug("the sidecar has ended lease {}: {}", lease, why);
            loop.execute(() -> {
                Open open = doors.get(lease);
                if (open != null) {
                    open.door().close();
                }
            });
        }
    }

    /** Takes no more machines, and ends those that there are. */
    @Override
    public void close() {
        helper.close();
        link.close();
    }
}
