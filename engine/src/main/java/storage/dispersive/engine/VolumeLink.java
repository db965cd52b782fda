package storage.dispersive.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.ClientLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.SharedDialer;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.transport.TlsPodConnector;
import storage.dispersive.vnet.client.LeaseIssuer;
import storage.dispersive.vnet.client.MachineDialer;
import storage.dispersive.vnet.protocol.Machine;
import storage.dispersive.volume.pods.RollPolicy;
import storage.dispersive.wire.LeaseId;

/**
 * A loop, and a connector on it that reaches the pods of one volume, from the network of the thread
 * that made the loop. Thread contract: any thread.
 */
public final class VolumeLink implements AutoCloseable {

    private final LinkLoop loop;
    private final TlsPodConnector connector;
    private final Way way;

    /** How pods are reached, and who is shown to them. */
    private sealed interface Way {
        void become(Credentials next);

        record Plain(SharedDialer dialer) implements Way {
            @Override
            public void become(Credentials next) {
                dialer.become(next.tls());
            }
        }

        record Machines(MachineDialer dialer, LeaseIssuer issuer) implements Way {
            @Override
            public void become(Credentials next) {
                issuer.become(next.own(), next.authorityPem());
            }
        }
    }

    private VolumeLink(LinkLoop loop, TlsPodConnector connector, Way way) {
        this.loop = loop;
        this.connector = connector;
        this.way = way;
    }

    /**
     * Over plain sockets to ordinary addresses, which may be of names.
     *
     * @param endpoints of the pods, by slot
     */
    public static VolumeLink shared(
            TlsIdentity identity, VolumeId volume, Map<Integer, SlotEndpoint> endpoints) {
        return shared(LinkLoop.own(), identity, volume, endpoints);
    }

    /** The same on a loop that others may share. */
    public static VolumeLink shared(
            LinkLoop loop,
            Credentials identity,
            VolumeId volume,
            Map<Integer, SlotEndpoint> endpoints) {
        return shared(loop, identity.tls(), volume, endpoints);
    }

    private static VolumeLink shared(
            LinkLoop on,
            TlsIdentity identity,
            VolumeId volume,
            Map<Integer, SlotEndpoint> endpoints) {
        NettyEventLoop loop = on.loop();
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, endpoints);
        return new VolumeLink(
                on, new TlsPodConnector(loop, volume, limits, dialer), new Way.Plain(dialer));
    }

    /**
     * Through virtual network machines.
     *
     * @param issuer gives every connection an identity of its own
     * @param sidecar the socket of the sidecar beside this process
     * @param places of the pods and their sidecars, by slot
     */
    public static VolumeLink isolated(
            LeaseIssuer issuer,
            VolumeId volume,
            Path sidecar,
            Map<Integer, MachineDialer.PodPlace> places) {
        return isolated(LinkLoop.own(), issuer, volume, sidecar, places);
    }

    /** The same on a loop that others may share. */
    public static VolumeLink isolated(
            LinkLoop loop,
            Credentials identity,
            VolumeId volume,
            Path sidecar,
            Map<Integer, MachineDialer.PodPlace> places) {
        LeaseIssuer issuer = LeaseIssuer.of(identity.own(), identity.authorityPem());
        return isolated(loop, issuer, volume, sidecar, places);
    }

    private static VolumeLink isolated(
            LinkLoop on,
            LeaseIssuer issuer,
            VolumeId volume,
            Path sidecar,
            Map<Integer, MachineDialer.PodPlace> places) {
        NettyEventLoop loop = on.loop();
        MachineDialer dialer = new MachineDialer(loop, volume, issuer, sidecar, places);
        return new VolumeLink(
                on,
                new TlsPodConnector(loop, volume, ClientLimits.DEFAULT, dialer),
                new Way.Machines(dialer, issuer));
    }

    public NettyEventLoop loop() {
        return loop.loop();
    }

    public TlsPodConnector connector() {
        return connector;
    }

    /** Empty over plain sockets. */
    public Optional<MachineDialer> machines() {
        return switch (way) {
            case Way.Plain _ -> Optional.empty();
            case Way.Machines machines -> Optional.of(machines.dialer());
        };
    }

    /** Connections that are opened from now on show this identity of the same volume. */
    public void become(Credentials next) {
        way.become(next);
    }

    /** As status names it. */
    String isolation() {
        return machines().isPresent() ? "Isolated" : "Shared";
    }

    /** When sessions are rolled: plain sockets gain nothing by it. */
    RollPolicy rollPolicy() {
        return machines().isPresent() ? RollPolicy.USUAL : RollPolicy.NEVER;
    }

    /** The machine of a connection, while it lives. */
    Optional<Machine> machine(LeaseId lease) {
        return machines().stream()
                .flatMap(dialer -> dialer.machines().stream())
                .map(MachineDialer.Live::machine)
                .filter(machine -> machine.lease().id().equals(lease))
                .findFirst();
    }

    @Override
    public void close() {
        machines().ifPresent(MachineDialer::close);
        loop.close();
    }
}
