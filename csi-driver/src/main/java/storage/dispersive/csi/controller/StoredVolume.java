package storage.dispersive.csi.controller;

import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * A volume as it was when somebody looked.
 *
 * @param version of its resource, by which a change finds out that somebody was faster
 * @param origin who made it
 * @param health how it is
 */
public record StoredVolume(
        VolumeHandle handle,
        Version version,
        Origin origin,
        Shape shape,
        Holding holding,
        Health health) {

    /**
     * Of a resource.
     *
     * @param uid tells it from others that had its name
     * @param revision changes with every change
     */
    public record Version(Uid uid, String revision) {

        /** What only one resource ever is. */
        public record Uid(String text) {}
    }

    /** Who made a volume. */
    public sealed interface Origin {

        /** A CreateVolume with this name. */
        record Created(String name) implements Origin {}

        /** Somebody else. */
        record Foreign() implements Origin {}
    }

    /** What was asked for. */
    public record Shape(ByteSize size, Layout layout, Limits limits) {}

    /** How it is. */
    public record Health(Life life, Readiness readiness, Growth growth, Condition condition) {}

    /** Whether it is to stay. */
    public enum Life {
        STAYS,
        /** It is being removed. */
        GOES
    }

    /** Whether it can be used. */
    public sealed interface Readiness {

        record Ready() implements Readiness {}

        /** Not yet, or not any more. */
        record NotReady(Cause cause, String text) implements Readiness {}
    }

    /** What hinders. */
    public enum Cause {
        /** There is no room for it where it is to be. */
        NO_ROOM,
        /** Whatever passes, or somebody must change. */
        OTHER
    }

    /** Whether there is room for the size that was asked for. */
    public sealed interface Growth {

        record Grown() implements Growth {}

        record Growing(String text) implements Growth {}
    }
}
