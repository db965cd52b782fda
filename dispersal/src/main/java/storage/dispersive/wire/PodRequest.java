package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.VolumeId;

/**
 * What an engine asks of a pod. All but {@link Found} and {@link Describe} name the incarnation
 * that they mean, and a pod refuses what names another; all but those and the key shares name the
 * caller's epoch, and a pod refuses what is below its fence.
 */
public sealed interface PodRequest {

    int MAX_SHARE_BYTES = 512;
    int MAX_LIST_BYTES = 4 << 20;
    int MAX_DELETED_SEGMENTS = 1024;

    VolumeId volume();

    /**
     * Makes room for a volume of which this store will hold the portions of {@code slot}. Repeating
     * it is harmless; another slot or code for a volume that exists is a {@link Refusal#CONFLICT}.
     *
     * <p>Answered by {@link PodReply.Founded}.
     */
    record Found(VolumeId volume, int slot, Code code) implements PodRequest {
        public Found {
            check(slot >= 0 && slot < code.portions(), "no slot " + slot + " in " + code);
        }
    }

    /**
     * Refuses from now on whatever is below {@code epoch}, durably. Answered by {@link
     * PodReply.Fenced} when every append that was accepted before is durable or has failed. An
     * equal fence is answered only to the same run.
     */
    record Fence(VolumeId volume, Incarnation incarnation, Epoch epoch, RunId run)
            implements PodRequest {}

    /**
     * Asks for headers of durable portions, in the order of the store, from {@code cursor} (0 at
     * first, then what the answer says). Answered by {@link PodReply.Headers}.
     */
    record ListHeaders(
            VolumeId volume, Incarnation incarnation, Epoch epoch, long cursor, int maxBytes)
            implements PodRequest {
        public ListHeaders {
            check(cursor >= 0, "cursor " + cursor);
            check(
                    maxBytes >= PortionFormat.MAX_HEADER_BYTES && maxBytes <= MAX_LIST_BYTES,
                    "a list of " + maxBytes + " bytes");
        }
    }

    /**
     * Stores one portion: its header and payload, as they will be read. The epoch is the header's.
     * Answered by {@link PodReply.Appended} when it is durable. The same identity again is
     * acknowledged if it is the same to the byte, else a {@link Refusal#CONFLICT}.
     *
     * @param portion owned by whoever the request is handed to
     */
    record Append(VolumeId volume, Incarnation incarnation, ByteBuf portion) implements PodRequest {
        public Append {
            check(
                    portion.readableBytes() >= PortionFormat.PREFIX_BYTES
                            && portion.readableBytes() <= PortionFormat.MAX_PORTION_BYTES,
                    "a portion of " + portion.readableBytes() + " bytes");
        }
    }

    /**
     * Asks for {@code units} sealed blocks of a portion, whose checksums the pod has compared.
     * Answered by {@link PodReply.Units}.
     */
    record ReadUnits(
            VolumeId volume,
            Incarnation incarnation,
            Epoch epoch,
            PortionKey key,
            int firstUnit,
            int units)
            implements PodRequest {
        public ReadUnits {
            check(
                    firstUnit >= 0
                            && units >= 1
                            && firstUnit <= StripeHeader.MAX_BLOCKS - 1
                            && units <= StripeHeader.MAX_BLOCKS - firstUnit,
                    "units " + firstUnit + " + " + units);
        }
    }

    /** Deletes whole segments. Answered by {@link PodReply.Deleted}. */
    record DeleteSegments(
            VolumeId volume, Incarnation incarnation, Epoch epoch, List<Long> segments)
            implements PodRequest {
        public DeleteSegments {
            segments = List.copyOf(segments);
            check(segments.size() <= MAX_DELETED_SEGMENTS, segments.size() + " segments");
        }
    }

    /** Deletes all that the store holds of a volume. Answered by {@link PodReply.Forgotten}. */
    record Forget(VolumeId volume, Incarnation incarnation, Epoch epoch) implements PodRequest {}

    /** Keeps this pod's share of the volume's key. Answered by {@link PodReply.ShareKept}. */
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record KeepShare(VolumeId volume, Incarnation incarnation, byte[] share) implements PodRequest {
        public KeepShare {
            check(share.length >= 1 && share.length <= MAX_SHARE_BYTES, "a share");
        }
    }

    /** Asks for this pod's share of the volume's key. Answered by {@link PodReply.Share}. */
    record FetchShare(VolumeId volume, Incarnation incarnation) implements PodRequest {}

    /** Asks how the store is, and what it knows of the volume. */
    record Describe(VolumeId volume) implements PodRequest {}

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("no pod is asked for this: " + what);
        }
    }
}
