package storage.dispersive.portion;

/**
 * The width of a stripe: how many data portions it was broken up into, and how many parity portions
 * make them up when they are missing. At most {@value #MAX_PORTIONS} portions in all.
 */
public record Code(int dataPortions, int parityPortions) {

    public static final int MAX_PORTIONS = 32;

    public Code {
        if (dataPortions < 1 || parityPortions < 1) {
            throw new IllegalArgumentException(
                    "a stripe needs at least 1 data and 1 parity portion, got "
                            + dataPortions
                            + " + "
                            + parityPortions);
        }
        if (dataPortions + parityPortions > MAX_PORTIONS) {
            throw new IllegalArgumentException(
                    "at most "
                            + MAX_PORTIONS
                            + " portions, got "
                            + dataPortions
                            + " + "
                            + parityPortions);
        }
    }

    public int portions() {
        return dataPortions + parityPortions;
    }

    /** Sealed blocks in the longest portion of a stripe of {@code blocks} blocks. */
    public int unitsPerPortion(int blocks) {
        return Math.ceilDiv(blocks, dataPortions);
    }

    /**
     * Sealed blocks stored in portion {@code index}: parity is as long as the longest data portion,
     * the last data portions are short, and what they lack counts as zeros.
     */
    public int unitsIn(int index, int blocks) {
        int full = unitsPerPortion(blocks);
        return index >= dataPortions ? full : Math.clamp(blocks - (long) index * full, 0, full);
    }

    @Override
    public String toString() {
        return dataPortions + "+" + parityPortions;
    }
}
