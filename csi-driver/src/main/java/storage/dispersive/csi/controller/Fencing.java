package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Sees to it that a node that does not answer can commit nothing more. Blocks; done again is the
 * same.
 */
public interface Fencing {

    /** Fences an attachment and all before it. */
    Outcome<Fenced> fence(VolumeHandle volume, Attachment attachment);

    /** It cannot commit any more, or not beside anybody who comes later. */
    record Fenced() {}
}
