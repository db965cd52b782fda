package storage.dispersive.cli.exercise;

import storage.dispersive.cli.state.SanException;

/**
 * Where numbered blocks lie: in groups of neighbours that are spread over all of the disk.
 *
 * @param blocks how many there are
 * @param diskBlocks how many the disk has
 */
public record BlockPlan(int blocks, long diskBlocks) {

    /** Neighbours, which one request may touch. */
    static final int GROUP = 16;

    public BlockPlan {
        if (blocks < 1 || blocks > diskBlocks) {
            throw SanException.usage(
                    blocks + " blocks cannot be tried on a disk of " + diskBlocks,
                    "choose --blocks from 1 to that");
        }
    }

    /** The offset of a block on the disk. */
    long offset(int number) {
        long groups = Math.ceilDiv(blocks, GROUP);
        // Rounded down, so that the last group ends on the disk; it may be a short one.
        long stride = groups == 1 ? 0 : (diskBlocks - lastGroup()) / (groups - 1);
        return (number / GROUP * stride + number % GROUP) * NumberedBlock.BYTES;
    }

    private int lastGroup() {
        int rest = blocks % GROUP;
        return rest == 0 ? GROUP : rest;
    }

    /** How many of the blocks from {@code number} on lie beside each other. */
    int neighbours(int number) {
        return Math.min(GROUP - number % GROUP, blocks - number);
    }
}
