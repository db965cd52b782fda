package storage.dispersive.wire;

import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * The right to one connection: one session of one slot of one volume, once. Both ends of a virtual
 * network machine agree on it before the connection is made, and both show certificates that name
 * it.
 *
 * @param slot of the volume whose pod is called
 */
public record Lease(LeaseId id, VolumeId volume, int slot, SessionKind kind) {

    public Lease {
        if (slot < 0 || slot >= Code.MAX_PORTIONS) {
            throw new IllegalArgumentException("no such slot: " + slot);
        }
    }

    @Override
    public String toString() {
        return "lease " + id + " (volume " + volume + ", slot " + slot + ", " + kind + ")";
    }
}
