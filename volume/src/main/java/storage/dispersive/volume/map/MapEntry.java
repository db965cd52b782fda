package storage.dispersive.volume.map;

import storage.dispersive.portion.StripeHeader;

/**
 * Where a logical block's newest sealed block is: its stripe and its ordinal in it, in one long.
 * Zero says that the block was never written, or reads as zeros.
 */
public final class MapEntry {

    public static final long ZERO = 0;

    private static final int ORDINAL_BITS = 10;
    private static final int ORDINAL_MASK = (1 << ORDINAL_BITS) - 1;

    static {
        if (StripeHeader.MAX_BLOCKS > ORDINAL_MASK + 1) {
            throw new AssertionError("an ordinal does not fit its bits");
        }
    }

    private MapEntry() {}

    public static long of(long seq, int ordinal) {
        if (seq < 1 || seq >>> (Long.SIZE - ORDINAL_BITS - 1) != 0) {
            throw new IllegalArgumentException("a seq of " + seq + " does not fit the map");
        }
        if (ordinal < 0 || ordinal > ORDINAL_MASK) {
            throw new IllegalArgumentException("no ordinal " + ordinal);
        }
        return seq << ORDINAL_BITS | ordinal;
    }

    public static long seq(long entry) {
        return entry >>> ORDINAL_BITS;
    }

    public static int ordinal(long entry) {
        return (int) entry & ORDINAL_MASK;
    }
}
