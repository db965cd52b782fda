package storage.dispersive.csi.node;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Tells the controller what this node does with its right to use a volume. Calls block. Safe for
 * use by many threads.
 */
public interface Tenancy {

    /**
     * Before a volume's engine is started. Refused as {@code Hindered} if the node is not, or not
     * any more, to use it in this attachment: nothing may be started then.
     */
    Outcome<Opened> open(VolumeHandle volume, Attachment attachment);

    /** When its engine has ended, and nothing of it can write any more. */
    Outcome<LetGo> letGo(VolumeHandle volume, Attachment attachment);

    /** Whether this node has that right. Changes nothing. */
    Outcome<Right> right(VolumeHandle volume, Attachment attachment);

    /** Whether a node may use a volume in an attachment. */
    enum Right {
        HELD,
        /** Others have had it since, or the volume is gone. */
        LOST
    }

    /** It is known that the node has opened it. */
    record Opened() {}

    /** It is known that the node has let go. */
    record LetGo() {}
}
