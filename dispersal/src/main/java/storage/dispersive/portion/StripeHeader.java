package storage.dispersive.portion;

import java.util.List;

/**
 * What every portion of a stripe says about it, so that a pod can be read with no other metadata.
 *
 * @param epoch of the sender, which is above the sealer's where a recovery disperses again
 * @param sender the sender's run; its header key made the header's MAC
 * @param seq the stripe's place in the log, from 1, without gaps
 * @param attempt 0 the first time, then one more each time the stripe is dispersed again
 * @param committedThrough all stripes through this seq were committed when this one was sealed
 * @param epochStartSeq the seq of the sender's start record
 * @param segment the file on each pod that is deleted as a whole
 * @param sealedBy the run whose key sealed the blocks
 * @param holders one store per portion, in the order of the portions' indices; no store twice
 * @param laterAttempts committed since the stripe before this one was sealed, and not at first
 * @param history what a start adopts; {@link History#NONE} for other kinds
 */
public record StripeHeader(
        VolumeId volume,
        Epoch epoch,
        RunId sender,
        long seq,
        int attempt,
        StripeKind kind,
        Code code,
        long committedThrough,
        long epochStartSeq,
        long segment,
        RunId sealedBy,
        List<Holder> holders,
        List<Extent> extents,
        List<LaterAttempt> laterAttempts,
        History history) {

    public static final int MAX_BLOCKS = 1024;
    public static final int MAX_EXTENTS = 1024;
    public static final int MAX_LATER_ATTEMPTS = 256;
    public static final int MAX_ATTEMPT = 1 << 20;

    public StripeHeader {
        holders = List.copyOf(holders);
        extents = List.copyOf(extents);
        laterAttempts = List.copyOf(laterAttempts);
        check(seq >= 1, "seq %d", seq);
        check(attempt >= 0 && attempt <= MAX_ATTEMPT, "attempt %d", attempt);
        check(committedThrough >= 0 && committedThrough < seq, "committed %d", committedThrough);
        check(segment >= 0, "segment %d", segment);
        check(epochStartSeq >= 1, "start %d", epochStartSeq);
        check(holders.size() == code.portions(), "%d holders", holders.size());
        check(extents.size() <= MAX_EXTENTS, "%d extents", extents.size());
        check(laterAttempts.size() <= MAX_LATER_ATTEMPTS, "%d attempts", laterAttempts.size());
        check(distinctSlots(holders), "holders %s", holders);
        check((kind == StripeKind.START) == (seq == epochStartSeq), "start %d", epochStartSeq);
        check(kind == StripeKind.START || history.equals(History.NONE), "history %s", history);
        check(kind != StripeKind.START || history.through() == seq - 1, "history %s", history);
        check(kind != StripeKind.START || extents.isEmpty(), "%d extents", extents.size());
        check(countSealed(extents) <= MAX_BLOCKS, "too many blocks in stripe %d", seq);
    }

    /** Sealed blocks in the stripe. */
    public int blocks() {
        return countSealed(extents);
    }

    /** The slot of the store that holds portion {@code index}. */
    public Holder holder(int index) {
        return holders.get(index);
    }

    /** The portion that the store in {@code slot} holds, or -1. */
    public int indexOfSlot(int slot) {
        for (int index = 0; index < holders.size(); index++) {
            if (holders.get(index).slot() == slot) {
                return index;
            }
        }
        return -1;
    }

    public PortionKey key(int index) {
        return new PortionKey(epoch, seq, attempt, index);
    }

    private static int countSealed(List<Extent> extents) {
        int blocks = 0;
        for (Extent extent : extents) {
            blocks = Math.addExact(blocks, extent.sealedBlocks());
        }
        return blocks;
    }

    private static boolean distinctSlots(List<Holder> holders) {
        int seen = 0;
        for (Holder holder : holders) {
            if ((seen >>> holder.slot() & 1) == 1) {
                return false;
            }
            seen |= 1 << holder.slot();
        }
        return true;
    }

    private static void check(boolean holds, String format, Object value) {
        if (!holds) {
            throw new MalformedPortionException(
                    "no stripe can have this: " + String.format(format, value));
        }
    }
}
