package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Leaves it to the next attachment: its engine fences all before it at the storage pods before it
 * reads the first block, and keeps what they have committed until then ({@code docs/protocol.md}).
 */
public final class FencedByTheNext implements Fencing {

    @Override
    public Outcome<Fenced> fence(VolumeHandle volume, Attachment attachment) {
        return Outcome.done(new Fenced());
    }
}
