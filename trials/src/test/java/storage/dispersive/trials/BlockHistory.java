package storage.dispersive.trials;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Knows which contents each block of a disk may have: every block is a register, every write has a
 * value of its own, and a write that was not acknowledged took effect or not, for good once the
 * disk was recovered. A block holds its value in all of its words. Thread-safe.
 */
final class BlockHistory {

    static final int BLOCK_BYTES = 4096;
    private static final long ZERO = 0;
    private static final long NEVER = Long.MAX_VALUE;

    private final Map<Long, List<Write>> writes = new HashMap<>();
    private long nextValue = ZERO + 1;
    private long clock;
    private long acknowledged;

    /** One write of one block. It was begun; it took effect by {@link #tookEffectBy}, or may. */
    static final class Write {
        private final long value;
        private final long began;
        private long tookEffectBy = NEVER;

        private Write(long value, long began) {
            this.value = value;
            this.began = began;
        }
    }

    /** Notes a write, and puts what it writes into {@code data}, from its position on. */
    synchronized List<Write> begin(long firstBlock, ByteBuffer data) {
        List<Write> begun = new ArrayList<>();
        ByteBuffer out = data.slice();
        long block = firstBlock;
        while (out.hasRemaining()) {
            long value = nextValue++;
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                out.putLong(value);
            }
            begun.add(note(block++, value));
        }
        return begun;
    }

    /** Notes a zeroing. */
    synchronized List<Write> beginZero(long firstBlock, int blocks) {
        List<Write> begun = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            begun.add(note(firstBlock + i, ZERO));
        }
        return begun;
    }

    private Write note(long block, long value) {
        Write write = new Write(value, ++clock);
        of(block).add(write);
        return write;
    }

    synchronized void acknowledge(List<Write> ended) {
        clock++;
        ended.forEach(write -> write.tookEffectBy = clock);
        acknowledged++;
        notifyAll();
    }

    /** How many requests were acknowledged. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /**
     * Checks a whole disk after a recovery, while nothing is written. What it shows is what it must
     * show from then on: a write that was lost must not come back.
     *
     * @return what is wrong, a line for each block; empty if all is well
     */
    synchronized List<String> settle(ByteBuffer disk) {
        List<String> wrong = new ArrayList<>();
        for (long block = 0; block * BLOCK_BYTES < disk.limit(); block++) {
            ByteBuffer content = disk.slice((int) (block * BLOCK_BYTES), BLOCK_BYTES);
            long value = content.getLong(0);
            List<Write> known = of(block);
            if (isTorn(content)) {
                wrong.add("block " + block + " is torn: " + value + " and others");
            } else if (!mayShow(known, value)) {
                wrong.add("block " + block + " shows " + value + ", of " + describe(known));
            }
            Write settled = new Write(value, clock);
            settled.tookEffectBy = clock;
            known.clear();
            known.add(settled);
        }
        clock++;
        return wrong;
    }

    private static boolean isTorn(ByteBuffer content) {
        return content.mismatch(content.slice(Long.BYTES, BLOCK_BYTES - Long.BYTES))
                != BLOCK_BYTES - Long.BYTES;
    }

    /** Whether a write of {@code value} may be the last one that took effect. */
    private static boolean mayShow(List<Write> all, long value) {
        return all.stream()
                .filter(write -> write.value == value)
                .anyMatch(write -> all.stream().noneMatch(other -> replaced(write, other)));
    }

    private static boolean replaced(Write write, Write other) {
        return other.began > write.tookEffectBy && other.tookEffectBy != NEVER;
    }

    private List<Write> of(long block) {
        return writes.computeIfAbsent(
                block,
                _ -> {
                    List<Write> all = new ArrayList<>();
                    Write blank = new Write(ZERO, -1);
                    blank.tookEffectBy = -1;
                    all.add(blank);
                    return all;
                });
    }

    private static String describe(List<Write> all) {
        StringBuilder text = new StringBuilder();
        for (Write write : all) {
            text.append(write.value).append('@').append(write.began).append("..");
            text.append(write.tookEffectBy == NEVER ? "?" : "" + write.tookEffectBy).append(' ');
        }
        return text.toString();
    }
}
