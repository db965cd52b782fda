package storage.dispersive.pod.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The files of one volume, in the order of their ordinals, and which of them may hold a seq.
 *
 * <p>Seqs rise from file to file, but for the few stripes that are dispersed again later. So every
 * entry knows the highest seq up to its file, and the lowest from its file on: both rise from entry
 * to entry, and two binary searches leave only the files between them to look at.
 */
final class SegmentFiles {

    private final List<Entry> entries = new ArrayList<>();

    /** A file and what it and its neighbours span. */
    private static final class Entry {
        private final SegmentFile file;
        private long highestUpTo;
        private long lowestFrom = Long.MAX_VALUE;

        Entry(SegmentFile file) {
            this.file = file;
        }
    }

    /** All of them, the newest last. */
    List<SegmentFile> all() {
        return entries.stream().map(entry -> entry.file).toList();
    }

    /** Those from an ordinal on. */
    List<SegmentFile> from(int ordinal) {
        return all().subList(firstFrom(ordinal), entries.size());
    }

    /** Takes in a file, and what its index holds. */
    void add(SegmentFile file) {
        int position = firstFrom(file.header().ordinal());
        Entry entry = new Entry(file);
        if (position > 0) {
            entry.highestUpTo = entries.get(position - 1).highestUpTo;
        }
        if (position < entries.size()) {
            entry.lowestFrom = entries.get(position).lowestFrom;
        }
        entries.add(position, entry);
        if (file.index().size() > 0) {
            widen(position, file.index().minSeq());
            widen(position, file.index().maxSeq());
        }
    }

    /** The index of one of the files has got another seq. */
    void appended(SegmentFile file, long seq) {
        widen(firstFrom(file.header().ordinal()), seq);
    }

    /** Takes all files of a segment out. */
    List<SegmentFile> removeSegment(long segment) {
        List<SegmentFile> before = all();
        entries.clear();
        List<SegmentFile> removed = new ArrayList<>();
        for (SegmentFile file : before) {
            if (file.header().segment() == segment) {
                removed.add(file);
            } else {
                add(file);
            }
        }
        return removed;
    }

    /** Those whose range has a seq in it, the newest first. */
    List<SegmentFile> around(long seq) {
        List<SegmentFile> found = new ArrayList<>(1);
        int first = firstReaching(seq);
        for (int at = firstAbove(seq) - 1; at >= first; at--) {
            SegmentFile file = entries.get(at).file;
            if (file.index().mayHold(seq)) {
                found.add(file);
            }
        }
        return found;
    }

    private void widen(int position, long seq) {
        for (int at = position; at < entries.size(); at++) {
            Entry entry = entries.get(at);
            if (entry.highestUpTo >= seq) {
                break;
            }
            entry.highestUpTo = seq;
        }
        for (int at = position; at >= 0; at--) {
            Entry entry = entries.get(at);
            if (entry.lowestFrom <= seq) {
                break;
            }
            entry.lowestFrom = seq;
        }
    }

    private int firstFrom(int ordinal) {
        return first(entry -> entry.file.header().ordinal() >= ordinal);
    }

    private int firstReaching(long seq) {
        return first(entry -> entry.highestUpTo >= seq);
    }

    private int firstAbove(long seq) {
        return first(entry -> entry.lowestFrom > seq);
    }

    /** The first entry of which something holds that holds of all behind it; the size if none. */
    private int first(Predicate<Entry> holds) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (holds.test(entries.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
