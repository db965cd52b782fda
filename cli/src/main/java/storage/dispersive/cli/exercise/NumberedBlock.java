package storage.dispersive.cli.exercise;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import storage.dispersive.disk.VirtualDisk;

/**
 * What one block holds: all of it follows from the run, the block's number and its version, which
 * stand at its beginning, so whatever else it shows can be told.
 *
 * @param run drawn for each run of the program, so that what an earlier one left is not taken for
 *     what this one wrote
 * @param version counts the writes of this block; 1 is the first
 */
record NumberedBlock(long run, int number, long version) {

    static final int BYTES = VirtualDisk.BLOCK_BYTES;

    private static final long MAGIC = 0x6469_7370_7472_7931L; // "disptry1"
    private static final int RUN_AT = 8;
    private static final int NUMBER_AT = 16;
    private static final int VERSION_AT = 24;
    private static final int BODY_AT = 32;

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    void writeTo(MemorySegment block) {
        block.set(JAVA_LONG_UNALIGNED, 0, MAGIC);
        block.set(JAVA_LONG_UNALIGNED, RUN_AT, run);
        block.set(JAVA_LONG_UNALIGNED, NUMBER_AT, number);
        block.set(JAVA_LONG_UNALIGNED, VERSION_AT, version);
        long state = start();
        for (int at = BODY_AT; at < BYTES; at += Long.BYTES) {
            state += GOLDEN;
            block.set(JAVA_LONG_UNALIGNED, at, mixed(state));
        }
    }

    /** What stands at the beginning of a block, whether or not the rest of it is right. */
    static NumberedBlock named(MemorySegment block) {
        return new NumberedBlock(
                block.get(JAVA_LONG_UNALIGNED, RUN_AT),
                (int) block.get(JAVA_LONG_UNALIGNED, NUMBER_AT),
                block.get(JAVA_LONG_UNALIGNED, VERSION_AT));
    }

    /** Whether a block begins as those of this program do. */
    static boolean isNumbered(MemorySegment block) {
        return block.get(JAVA_LONG_UNALIGNED, 0) == MAGIC;
    }

    static boolean isEmpty(MemorySegment block) {
        for (int at = 0; at < BYTES; at += Long.BYTES) {
            if (block.get(JAVA_LONG_UNALIGNED, at) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The first byte that is not this block's; -1 if it is all there. */
    int firstWrongByte(MemorySegment block) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment right = arena.allocate(BYTES);
            writeTo(right);
            return (int) right.mismatch(block.asSlice(0, BYTES));
        }
    }

    /** What a block shows that should be this one and is not. */
    String whatIsSeenIn(MemorySegment block) {
        if (isEmpty(block)) {
            return "it is empty";
        }
        NumberedBlock seen = named(block);
        if (isNumbered(block) && seen.firstWrongByte(block) < 0) {
            if (seen.run() != run) {
                return "it shows what an earlier run wrote to block " + seen.number();
            }
            return seen.number() == number
                    ? "it shows version " + seen.version()
                    : "it shows version " + seen.version() + " of block " + seen.number();
        }
        int wrong = firstWrongByte(block);
        return "it is corrupt from byte %d on (%02x)".formatted(wrong, block.get(JAVA_BYTE, wrong));
    }

    private long start() {
        return mixed(mixed(run + GOLDEN * number) + GOLDEN * version);
    }

    /** The finalizer of SplitMix64. */
    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
