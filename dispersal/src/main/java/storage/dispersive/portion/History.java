package storage.dispersive.portion;

import java.util.List;

/**
 * What a start record adopts. The whole history is a chain: this start adopts what the start {@code
 * parentSeq} of {@code parentEpoch} adopted, then that epoch's own stripes through {@code
 * parentThrough}, then {@code completed}: ranges that recoveries dispersed again. The chain keeps
 * start records small however often a volume is attached. Everything that is outside of it, and not
 * of the start's own epoch, is void.
 */
public record History(
        Epoch parentEpoch, long parentSeq, long parentThrough, List<Completed> completed) {

    public static final int MAX_COMPLETED = 64;

    /** The history of a volume that was never attached. */
    public static final History NONE = new History(Epoch.ZERO, 0, 0, List.of());

    /** Stripes {@code fromSeq} through {@code throughSeq} stand in the log under {@code epoch}. */
    public record Completed(long fromSeq, long throughSeq, Epoch epoch) {
        public Completed {
            if (fromSeq < 1 || throughSeq < fromSeq) {
                throw new IllegalArgumentException(
                        "no such range: " + fromSeq + " through " + throughSeq);
            }
        }
    }

    public History {
        completed = List.copyOf(completed);
        if (completed.size() > MAX_COMPLETED) {
            throw new IllegalArgumentException("too many completed ranges: " + completed.size());
        }
        boolean hasParent = parentSeq > 0;
        if (parentSeq < 0
                || hasParent != parentEpoch.isAbove(Epoch.ZERO)
                || (hasParent ? parentThrough < parentSeq : parentThrough != 0)) {
            throw new IllegalArgumentException(
                    "no such parent: "
                            + parentEpoch
                            + " at "
                            + parentSeq
                            + " through "
                            + parentThrough);
        }
        long last = parentThrough;
        for (Completed range : completed) {
            if (range.fromSeq != last + 1) {
                throw new IllegalArgumentException(
                        "the history has a gap after " + last + ": next is " + range.fromSeq);
            }
            last = range.throughSeq;
        }
    }

    /** The last seq that the history covers; 0 when it is empty. */
    public long through() {
        return completed.isEmpty() ? parentThrough : completed.getLast().throughSeq;
    }
}
