package storage.dispersive.csi.node;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.VolumeKey;

/**
 * What this node knows of a volume that it has staged, began to stage, or has not quite taken back.
 *
 * @param key the volume's UUID, by which engine and mounter know it
 */
record StageRecord(
        VolumeHandle volume,
        VolumeKey key,
        StagingPath staging,
        Face face,
        Attachment attachment) {}
