package storage.dispersive.csi.node;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.FormatState;

/**
 * What is known of the file systems of volumes, kept where all nodes see it: {@link FormatState}
 * says what for. Calls block. Safe for use by many threads.
 */
public interface FormatRecords {

    /** How far a volume is. {@code Missing} if there is none. */
    Outcome<FormatState> stateOf(VolumeHandle volume);

    /**
     * Writes down durably that it is further; done if it is as far already. {@code Hindered} if the
     * volume is not attached to this node in this attachment any more: then nothing is written.
     */
    Outcome<FormatState> advance(VolumeHandle volume, Attachment attachment, FormatState next);
}
