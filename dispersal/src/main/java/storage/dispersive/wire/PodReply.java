package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;

/** What a pod answers. Anything that it does not do is {@link Refused}, with the reason. */
public sealed interface PodReply {

    record Founded(Incarnation incarnation) implements PodReply {}

    /** The fence stands and every append accepted before it has ended. */
    record Fenced() implements PodReply {}

    /**
     * Headers, one after the other, just as they stand in the store.
     *
     * @param headers valid while the listener is called, unless it retains them
     * @param nextCursor where to go on, or {@link #END}
     * @param damage whether the store lost or cannot read portions of this volume that it may have
     *     acknowledged: then it does not answer for what it does not list
     */
    record Headers(ByteBuf headers, long nextCursor, Damage damage) implements PodReply {
        public static final long END = -1;
    }

    /** Whether a store can vouch that what it does not list was never acknowledged by it. */
    enum Damage {
        NONE,
        SOME
    }

    record Appended() implements PodReply {}

    /**
     * Sealed blocks.
     *
     * @param units valid while the listener is called, unless it retains them
     */
    record Units(ByteBuf units) implements PodReply {}

    record Deleted() implements PodReply {}

    record Forgotten() implements PodReply {}

    record ShareKept() implements PodReply {}

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Share(byte[] share) implements PodReply {}

    /**
     * How a store is.
     *
     * @param fence the highest epoch that fenced the volume; {@link Epoch#ZERO} if none did, or the
     *     volume is not known
     * @param portions of the volume, durable
     * @param volumeBytes that the volume takes, in files
     * @param freeBytes that all volumes may still take
     */
    record Description(
            Incarnation incarnation,
            Presence presence,
            Epoch fence,
            long portions,
            long volumeBytes,
            long freeBytes)
            implements PodReply {}

    /** Whether the store knows a volume. */
    enum Presence {
        UNKNOWN,
        FOUNDED
    }

    /**
     * The request was not carried out.
     *
     * @param fence the epoch that stands, with {@link Refusal#FENCED}; else {@link Epoch#ZERO}
     * @param detail for a person to read
     */
    record Refused(Refusal refusal, Epoch fence, String detail) implements PodReply {

        public static final int MAX_DETAIL_CHARS = 512;

        public Refused {
            if (detail.length() > MAX_DETAIL_CHARS) {
                detail = detail.substring(0, MAX_DETAIL_CHARS);
            }
        }

        public static Refused because(Refusal refusal, String detail) {
            return new Refused(refusal, Epoch.ZERO, detail);
        }
    }
}
