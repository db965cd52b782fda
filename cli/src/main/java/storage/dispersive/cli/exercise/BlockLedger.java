package storage.dispersive.cli.exercise;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What each block may show: what was acknowledged last, or what was written since and failed, as a
 * write that failed may have taken effect. Also which blocks are under way, as requests that
 * overlap may take effect in either order. Used by one thread.
 */
public final class BlockLedger {

    /** More than anybody reads. */
    private static final int MOST_TOLD = 20;

    private final long run;
    private final long[] acknowledged;
    private final long[] issued;
    private final BitSet underWay = new BitSet();
    private final BitSet wrong = new BitSet();
    private final List<String> stories = new ArrayList<>();
    private int told;

    /** {@code run} is drawn at random. */
    public BlockLedger(long run, int blocks) {
        this.run = run;
        this.acknowledged = new long[blocks];
        this.issued = new long[blocks];
    }

    int blocks() {
        return issued.length;
    }

    /** Takes up to {@code most} blocks from {@code first} on, and says how many were free. */
    int claim(int first, int most) {
        int busy = underWay.nextSetBit(first);
        int count = Math.min(most, busy < 0 ? most : busy - first);
        underWay.set(first, first + count);
        return count;
    }

    void release(int first, int count) {
        underWay.clear(first, first + count);
    }

    /** The next version of a block, which is about to be written. */
    NumberedBlock next(int number) {
        return new NumberedBlock(run, number, ++issued[number]);
    }

    /** What was written last is on the disk. */
    void acknowledged(int number) {
        acknowledged[number] = issued[number];
    }

    /** Judges a block that was read. */
    void check(int number, MemorySegment block) {
        if (!isKnown(number)) {
            return;
        }
        long version = NumberedBlock.named(block).version();
        boolean mayBe = version >= acknowledged[number] && version <= issued[number];
        NumberedBlock right =
                new NumberedBlock(run, number, mayBe ? version : acknowledged[number]);
        if (right.firstWrongByte(block) >= 0) {
            wrong(number, right.whatIsSeenIn(block));
        }
    }

    /** It could not be read, though it must be there. */
    void unreadable(int number, String why) {
        if (isKnown(number)) {
            wrong(number, "it cannot be read: " + why);
        }
    }

    private void wrong(int number, String what) {
        wrong.set(number);
        if (stories.size() < MOST_TOLD) {
            stories.add(
                    "block %d: version %d was acknowledged, %s"
                            .formatted(number, acknowledged[number], what));
        }
    }

    /** Whether anything is known of it: before its first write was acknowledged it is not. */
    private boolean isKnown(int number) {
        return acknowledged[number] > 0;
    }

    /** How many blocks hold something that can be verified. */
    public int knownBlocks() {
        int known = 0;
        for (int number = 0; number < blocks(); number++) {
            known += isKnown(number) ? 1 : 0;
        }
        return known;
    }

    /** How many blocks were ever seen wrong. */
    public int wrongBlocks() {
        return wrong.cardinality();
    }

    /** What was wrong since this was asked last; not more in all than a person reads. */
    public List<String> takeStories() {
        List<String> taken = List.copyOf(stories.subList(told, stories.size()));
        told = stories.size();
        return taken;
    }
}
