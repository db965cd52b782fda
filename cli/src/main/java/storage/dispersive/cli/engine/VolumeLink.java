package storage.dispersive.cli.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.ClientLimits;
import storage.dispersive.transport.NettyEventLoop;
import storage.dispersive.transport.SharedDialer;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.transport.TlsPodConnector;
import storage.dispersive.wire.PodName;

/**
 * A loop, and a connector on it that reaches the pods of one volume in this SAN, from the network
 * of the thread that made it.
 *
 * @param loop of this link alone
 */
public record VolumeLink(NettyEventLoop loop, TlsPodConnector connector) implements AutoCloseable {

    /** As who creates, describes and deletes volumes; {@code pods} by slot. */
    public static VolumeLink asAdmin(
            SanRecord san, Identities identities, VolumeId volume, List<String> pods) {
        return open(san, identities.admin(), volume, pods);
    }

    /** As who writes and reads this volume; {@code pods} by slot. */
    public static VolumeLink asVolume(
            SanRecord san, Identities identities, VolumeId volume, List<String> pods) {
        return open(san, identities.volume(volume), volume, pods);
    }

    private static VolumeLink open(
            SanRecord san, TlsIdentity identity, VolumeId volume, List<String> pods) {
        Map<Integer, SlotEndpoint> endpoints = new HashMap<>();
        for (int slot = 0; slot < pods.size(); slot++) {
            PodRecord pod = san.pod(pods.get(slot));
            endpoints.put(slot, new SlotEndpoint(pod.host(), pod.port(), new PodName(pod.name())));
        }
        NettyEventLoop loop = NettyEventLoop.start("volume");
        // Its thread is made by who first needs it, and sockets belong to the network of that one.
        loop.execute(() -> {});
        ClientLimits limits = ClientLimits.DEFAULT;
        SharedDialer dialer = new SharedDialer(loop, identity, limits, endpoints);
        return new VolumeLink(loop, new TlsPodConnector(loop, volume, limits, dialer));
    }

    @Override
    public void close() {
        loop.close();
    }
}
