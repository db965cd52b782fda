package storage.dispersive.pod.store;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Where the portions of one file are, by seq: 8 bytes each. Of the identity it knows only the seq;
 * the rest stands in the file. Entries are ordered by seq, equal ones by their coming.
 */
final class PortionIndex {

    private static final int FIRST_ENTRIES = 16;

    private long baseSeq;
    private int[] seqs = {};
    private int[] sectors = {};
    private int size;

    int size() {
        return size;
    }

    /** There must be an entry. */
    long minSeq() {
        return seqAt(0);
    }

    /** There must be an entry. */
    long maxSeq() {
        return seqAt(size - 1);
    }

    boolean mayHold(long seq) {
        return size > 0 && seq <= maxSeq() && seq >= minSeq();
    }

    /** Whether an entry for {@code seq} fits: a file spans no more than 2^31 of them. */
    boolean canAdd(long seq) {
        return size == 0 || Math.abs(seq - baseSeq) <= Integer.MAX_VALUE;
    }

    void add(long seq, long offset) {
        if (size == 0) {
            baseSeq = seq;
        }
        if (size == seqs.length) {
            int capacity = Math.max(FIRST_ENTRIES, size + (size >> 1));
            seqs = Arrays.copyOf(seqs, capacity);
            sectors = Arrays.copyOf(sectors, capacity);
        }
        int at = firstAbove(seq);
        System.arraycopy(seqs, at, seqs, at + 1, size - at);
        System.arraycopy(sectors, at, sectors, at + 1, size - at);
        seqs[at] = Math.toIntExact(seq - baseSeq);
        sectors[at] = Math.toIntExact(offset / RecordFormat.SECTOR_BYTES);
        size++;
    }

    /** The position of the first entry of {@code seq} or of what would follow it. */
    int firstOf(long seq) {
        return firstAbove(seq - 1);
    }

    boolean isAt(int position, long seq) {
        return position < size && seqAt(position) == seq;
    }

    long offsetAt(int position) {
        return (long) sectors[position] * RecordFormat.SECTOR_BYTES;
    }

    /** Sector numbers of all portions from {@code fromOffset} to before {@code end}, ascending. */
    int[] sectorsBetween(long fromOffset, long end) {
        int[] found = select(s -> isBetween(s, fromOffset, end));
        Arrays.sort(found);
        return found;
    }

    int countBefore(long end) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += offsetAt(i) < end ? 1 : 0;
        }
        return count;
    }

    void removeFrom(long offset) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (offsetAt(i) < offset) {
                seqs[kept] = seqs[i];
                sectors[kept++] = sectors[i];
            }
        }
        size = kept;
    }

    private static boolean isBetween(int sector, long from, long end) {
        long offset = (long) sector * RecordFormat.SECTOR_BYTES;
        return offset >= from && offset < end;
    }

    private int[] select(IntPredicate wanted) {
        return Arrays.stream(sectors, 0, size).filter(wanted).toArray();
    }

    private long seqAt(int position) {
        return baseSeq + seqs[position];
    }

    private int firstAbove(long seq) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (seqAt(middle) <= seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
