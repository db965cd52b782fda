package storage.dispersive.cli.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.client.LeaseIssuer;
import storage.dispersive.vnet.client.MachineDialer;
import storage.dispersive.wire.PodName;

/** Makes links to the pods of a local SAN, with the identities and addresses that it recorded. */
public final class SanLinks {

    private SanLinks() {}

    /**
     * As who creates, describes and deletes volumes, at the pods' ordinary addresses; {@code pods}
     * by slot.
     */
    public static VolumeLink asAdmin(
            SanRecord san, Identities identities, VolumeId volume, List<String> pods) {
        return shared(san, identities.admin(), volume, pods);
    }

    /**
     * As who writes and reads this volume, through virtual network machines if the SAN is isolated;
     * {@code pods} by slot.
     */
    static VolumeLink asVolume(
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
        return VolumeLink.shared(identity, volume, endpoints);
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
        return VolumeLink.isolated(issuer, volume, home.sidecarSocket(Lan.CLIENT), places);
    }
}
