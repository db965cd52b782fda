package storage.dispersive.vnet.protocol;

import storage.dispersive.portion.VolumeId;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/**
 * One virtual network machine, as those who share it name it.
 *
 * @param lease what its connection is for
 * @param otherHost where the machine at the other end is, as the certificate of the sidecar there
 *     says
 * @param path the underlay network that it uses, by name
 */
public record Machine(Lease lease, String otherHost, MachineSpec spec, String path) {

    public Machine {
        if (!PodName.isNamedLikeAHost(otherHost)) {
            throw new IllegalArgumentException("'" + otherHost + "' is no name of a host");
        }
        requirePath(path);
    }

    /** A path's name is short and simple, as it stands in settings, messages and metrics. */
    public static void requirePath(String path) {
        if (!path.matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException("'" + path + "' is no name of a path");
        }
    }

    Fields put(Fields out) {
        putLease(out, lease);
        return out.put("vni", spec.vni())
                .put("end", spec.end())
                .put("here", spec.underlay())
                .put("peer", spec.peer())
                .put("mtu", spec.mtuBytes())
                .put("other-host", otherHost)
                .put("path", path);
    }

    static Machine read(Fields in) throws ProtocolException {
        int vni = in.integer("vni");
        MachineSpec.End end = in.parsed("end", MachineSpec.End::valueOf);
        int mtuBytes = in.integer("mtu");
        var here = in.address("here");
        var peer = in.address("peer");
        try {
            return new Machine(
                    readLease(in),
                    in.text("other-host"),
                    new MachineSpec(vni, end, here, peer, mtuBytes),
                    in.text("path"));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("no such machine can be: " + e.getMessage());
        }
    }

    static Fields putLease(Fields out, Lease lease) {
        return out.put("lease", lease.id())
                .put("volume", lease.volume())
                .put("slot", lease.slot())
                .put("session", lease.kind());
    }

    static Lease readLease(Fields in) throws ProtocolException {
        LeaseId id = in.parsed("lease", LeaseId::parse);
        VolumeId volume = in.parsed("volume", VolumeId::parse);
        SessionKind kind = in.parsed("session", SessionKind::valueOf);
        int slot = in.integer("slot");
        try {
            return new Lease(id, volume, slot, kind);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("no such lease can be: " + e.getMessage());
        }
    }
}
