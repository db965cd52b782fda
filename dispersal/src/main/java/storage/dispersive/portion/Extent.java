package storage.dispersive.portion;

/**
 * What a stripe does to a run of logical blocks. Extents take effect in the order of their list: a
 * later one wins. The data of a stripe's extents follow each other in the same order, one sealed
 * block each; the place of a sealed block in its stripe is its ordinal.
 */
public sealed interface Extent {

    /** The greatest logical block address: volumes are smaller than 2^48 blocks. */
    long MAX_LOGICAL_BLOCK = (1L << 48) - 1;

    long firstBlock();

    /** Logical blocks (or, of a {@link MapPage}, map pages) that the extent covers. */
    long blocks();

    /** Sealed blocks that the extent puts into the payload. */
    int sealedBlocks();

    /** New data, sealed under this stripe's run, seq and ordinal. */
    record Written(long firstBlock, int count) implements Extent {
        public Written {
            checkRange(firstBlock, count);
        }

        @Override
        public long blocks() {
            return count;
        }

        @Override
        public int sealedBlocks() {
            return count;
        }
    }

    /** From here on the blocks read as zeros; no data. */
    record Zeroed(long firstBlock, long blocks) implements Extent {
        public Zeroed {
            checkRange(firstBlock, blocks);
        }

        @Override
        public int sealedBlocks() {
            return 0;
        }
    }

    /**
     * One sealed block that the cleaner carried over unopened: it was sealed by {@code sealedBy} as
     * block {@code ordinal} of stripe {@code seq}, and takes effect only where the map still points
     * there.
     */
    record Moved(long firstBlock, RunId sealedBy, long seq, int ordinal) implements Extent {
        public Moved {
            checkRange(firstBlock, 1);
            if (seq < 1 || ordinal < 0 || ordinal >= StripeHeader.MAX_BLOCKS) {
                throw new IllegalArgumentException("no such origin: " + seq + "/" + ordinal);
            }
        }

        @Override
        public long blocks() {
            return 1;
        }

        @Override
        public int sealedBlocks() {
            return 1;
        }
    }

    /** Consecutive pages of the map, written by a checkpoint; numbered from {@code firstBlock}. */
    record MapPage(long firstBlock, int count) implements Extent {
        public MapPage {
            checkRange(firstBlock, count);
        }

        @Override
        public long blocks() {
            return count;
        }

        @Override
        public int sealedBlocks() {
            return count;
        }
    }

    private static void checkRange(long first, long count) {
        if (first < 0
                || count < 1
                || first > MAX_LOGICAL_BLOCK
                || count > MAX_LOGICAL_BLOCK + 1 - first) {
            throw new IllegalArgumentException("no such blocks: " + first + " + " + count);
        }
    }
}
