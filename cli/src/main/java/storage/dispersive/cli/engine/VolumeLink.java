package storage.dispersive.cli.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
 * that made it.
 *
 * @param loop of this link alone
 * @param machines empty over plain sockets
 */
public record VolumeLink(
        NettyEventLoop loop, TlsPodConnector connector, Optional<MachineDialer> machines)
        implements AutoCloseable {

    /**
     * Over plain sockets to ordinary addresses, which may be of names.
     *
     * @param endpoints of the pods, by slot
     */
    public static VolumeLink shared(
            TlsIdentity identity, VolumeId volume, Map<Integer, SlotEndpoint> endpoints) {
        NettyEventLoop loop = startLoop();
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, endpoints);
        return new VolumeLink(
                loop, new TlsPodConnector(loop, volume, limits, dialer), Optional.empty());
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
        NettyEventLoop loop = startLoop();
        MachineDialer dialer = new MachineDialer(loop, volume, issuer, sidecar, places);
        return new VolumeLink(
                loop,
                new TlsPodConnector(loop, volume, ClientLimits.DEFAULT, dialer),
                Optional.of(dialer));
    }

    private static NettyEventLoop startLoop() {
        NettyEventLoop loop = NettyEventLoop.start("volume");
        // Its thread is made by who first needs it, and sockets belong to the network of that one.
        loop.execute(() -> {});
        return loop;
    }

    /** As status names it. */
    String isolation() {
        return machines.isPresent() ? "Isolated" : "Shared";
    }

    /** When sessions are rolled: plain sockets gain nothing by it. */
    RollPolicy rollPolicy() {
        return machines.isPresent() ? RollPolicy.USUAL : RollPolicy.NEVER;
    }

    /** The machine of a connection, while it lives. */
    Optional<Machine> machine(LeaseId lease) {
        return machines.stream()
                .flatMap(dialer -> dialer.machines().stream())
                .map(MachineDialer.Live::machine)
                .filter(machine -> machine.lease().id().equals(lease))
                .findFirst();
    }

    @Override
    public void close() {
        machines.ifPresent(MachineDialer::close);
        loop.close();
    }
}
