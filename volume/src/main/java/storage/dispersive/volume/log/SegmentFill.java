package storage.dispersive.volume.log;

import java.util.Arrays;
import storage.dispersive.portion.Code;

/**
 * How much each pod was sent of the log's last segment. A segment ends just before the first pod's
 * part of it fills a file of the portion store: a shorter one would leave files half empty, a
 * longer one would need a second file for little. Used on the loop's thread only.
 */
final class SegmentFill {

    /** Of the 64 MiB of a file; the rest is for attempts that are sent again later. */
    private static final long MOST_BYTES_ON_A_POD = 60L << 20;

    /** What the portion store adds to a portion, on average: a prefix, and the way to a sector. */
    private static final int RECORD_OVERHEAD_BYTES = 320;

    private final long[] bytes = new long[Code.MAX_PORTIONS];
    private boolean full;

    void sent(int slot, int portionBytes) {
        bytes[slot] += portionBytes + RECORD_OVERHEAD_BYTES;
        full |= bytes[slot] >= MOST_BYTES_ON_A_POD;
    }

    boolean isFull() {
        return full;
    }

    void beginNext() {
        Arrays.fill(bytes, 0);
        full = false;
    }
}
