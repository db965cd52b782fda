package storage.dispersive.csi.node;

import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/** What engines must know of volumes. Calls block. Safe for use by many threads. */
@FunctionalInterface
public interface Descriptions {

    /**
     * A volume as it is now. {@code Missing} if there is none, {@code NotYet} while it cannot be
     * used or nobody answers.
     */
    Outcome<Described> describe(VolumeHandle volume, Attachment attachment);

    /**
     * A volume.
     *
     * @param id the UUID that storage pods, engines and mounts know it by
     * @param json as {@code docs/try.md} describes it, without a run
     */
    record Described(Id id, ByteSize size, Json json) {

        /** A UUID in lower case. */
        public record Id(String text) {}

        /** What an engine is given. */
        public record Json(String text) {}
    }
}
