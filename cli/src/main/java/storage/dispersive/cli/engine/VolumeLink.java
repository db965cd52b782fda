package storage.dispersive.cli.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
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
import storage.dispersive.wire.PodName;

/**
 * A loop, and a connector on it that reaches the pods of one volume in this SAN, from the network
 * of the thread that made it: through virtual network machines if the SAN is isolated.
 *
 * @param loop of this link alone
 * @param machines empty over plain sockets
 */
public record VolumeLink(
        NettyEventLoop loop, TlsPodConnector connector, Optional<MachineDialer> machines)
        implements AutoCloseable {

    /**
     * As who creates, describes and deletes volumes, at the pods' ordinary addresses; {@code pods}
     * by slot.
     */
    public static VolumeLink asAdmin(
            SanRecord san, Identities identities, VolumeId volume, List<String> pods) {
        return shared(san, identities.admin(), volume, pods);
    }

    /** As who writes and reads this volume; {@code pods} by slot. */
    public static VolumeLink asVolume(
            SanHome home, Identities identities, VolumeId volume, List<String> pods) {
        SanRecord san = SanRecord.of(home);
        return switch (san.network().isolation()) {
            case SHARED -> shared(san, identities.volume(volume), volume, pods);
            case ISOLATED -> isolated(home, san, identities.issuer(volume), volume, pods);
        };
    }

    private static VolumeLink shared(
            SanRecord san, TlsIdentity identity, VolumeId volume, List<String> pods) {
        Map<Integer, SlotEndpoint> endpoints = new HashMap<>();
        for (int slot = 0; slot < pods.size(); slot++) {
            PodRecord pod = san.pod(pods.get(slot));
            endpoints.put(slot, new SlotEndpoint(pod.host(), pod.port(), new PodName(pod.name())));
        }
        NettyEventLoop loop = startLoop();
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, endpoints);
        return new VolumeLink(
                loop, new TlsPodConnector(loop, volume, limits, dialer), Optional.empty());
    }

    private static VolumeLink isolated(
            SanHome home, SanRecord san, LeaseIssuer issuer, VolumeId volume, List<String> pods) {
        Map<Integer, MachineDialer.PodPlace> places = new HashMap<>();
        for (int slot = 0; slot < pods.size(); slot++) {
            String pod = pods.get(slot);
            places.put(
                    slot,
                    new MachineDialer.PodPlace(
                            new PodName(pod), Lan.sidecarsOf(pod, san.network())));
        }
        NettyEventLoop loop = startLoop();
        MachineDialer dialer =
                new MachineDialer(loop, volume, issuer, home.sidecarSocket(Lan.CLIENT), places);
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
