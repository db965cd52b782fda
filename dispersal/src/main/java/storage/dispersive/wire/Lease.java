package storage.dispersive.wire;

import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * The right to one connection: one session of one kind with the pod that holds one slot of one
 * volume. It is used once.
 */
public record Lease(LeaseId id, VolumeId volume, int slot, SessionKind kind) {
    public Lease {
        if (slot < 0 || slot >= Code.MAX_PORTIONS) {
            throw new IllegalArgumentException("no such slot: " + slot);
        }
    }
}
