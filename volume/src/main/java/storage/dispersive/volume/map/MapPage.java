package storage.dispersive.volume.map;

import java.util.Arrays;

/**
 * The map of {@value #BLOCKS} consecutive blocks: a few runs where writes were sequential, an entry
 * for each block where they were not. A run's entries count up with its blocks.
 */
final class MapPage {

    static final int BLOCKS = 512;

    /** With more runs than this, an entry for each block is used. */
    private static final int MOST_RUNS = 48;

    /** Below this many runs of a dense page nothing is gained by going back; so none does. */
    private static final int FIRST_RUNS = 4;

    private static final int OBJECT_BYTES = 64;

    private short[] starts = new short[FIRST_RUNS];
    private short[] counts = new short[FIRST_RUNS];
    private long[] entries = new long[FIRST_RUNS];
    private int runs;
    private boolean dense;
    private int mapped;

    long get(int block) {
        if (dense) {
            return entries[block];
        }
        int run = runAt(block);
        return run >= 0 && block < starts[run] + counts[run]
                ? entries[run] + (block - starts[run])
                : MapEntry.ZERO;
    }

    /** Maps blocks to entries that count up from {@code entry}; all to zero where it is zero. */
    void set(int first, int count, long entry) {
        if (!dense && runs + 2 > MOST_RUNS) {
            becomeDense();
        }
        if (dense) {
            setDense(first, count, entry);
        } else {
            setRuns(first, count, entry);
        }
    }

    /** Blocks that are not zero. */
    int mapped() {
        return mapped;
    }

    int memoryBytes() {
        int perRun = Long.BYTES + (dense ? 0 : 2 * Short.BYTES);
        return OBJECT_BYTES + entries.length * perRun;
    }

    private void setDense(int first, int count, long entry) {
        for (int i = 0; i < count; i++) {
            long next = entry == MapEntry.ZERO ? MapEntry.ZERO : entry + i;
            mapped += (next == 0 ? 0 : 1) - (entries[first + i] == 0 ? 0 : 1);
            entries[first + i] = next;
        }
    }

    private void setRuns(int first, int count, long entry) {
        int end = first + count;
        short[] oldStarts = Arrays.copyOf(starts, runs);
        short[] oldCounts = Arrays.copyOf(counts, runs);
        long[] oldEntries = Arrays.copyOf(entries, runs);
        runs = 0;
        mapped = 0;
        boolean placed = entry == MapEntry.ZERO;
        for (int i = 0; i < oldStarts.length; i++) {
            int start = oldStarts[i];
            int stop = start + oldCounts[i];
            if (start < first) {
                append(start, Math.min(stop, first) - start, oldEntries[i]);
            }
            if (!placed && stop > first) {
                append(first, count, entry);
                placed = true;
            }
            if (stop > end) {
                int from = Math.max(start, end);
                append(from, stop - from, oldEntries[i] + (from - start));
            }
        }
        if (!placed) {
            append(first, count, entry);
        }
    }

    /** Adds a run behind all others, or lengthens the last where it goes on. */
    private void append(int start, int count, long entry) {
        mapped += count;
        if (runs > 0) {
            int last = runs - 1;
            if (starts[last] + counts[last] == start && entries[last] + counts[last] == entry) {
                counts[last] += (short) count;
                return;
            }
        }
        if (runs == starts.length) {
            starts = Arrays.copyOf(starts, 2 * runs);
            counts = Arrays.copyOf(counts, 2 * runs);
            entries = Arrays.copyOf(entries, 2 * runs);
        }
        starts[runs] = (short) start;
        counts[runs] = (short) count;
        entries[runs] = entry;
        runs++;
    }

    private void becomeDense() {
        long[] all = new long[BLOCKS];
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < counts[run]; i++) {
                all[starts[run] + i] = entries[run] + i;
            }
        }
        entries = all;
        starts = new short[0];
        counts = new short[0];
        dense = true;
    }

    private int runAt(int block) {
        int low = 0;
        int high = runs - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (starts[middle] <= block) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
