package storage.dispersive.volume.recovery;

import java.util.List;
import java.util.SortedMap;
import storage.dispersive.portion.History;

/** What follows from the answers of a fence. */
sealed interface Verdict {

    /** More pods must answer. */
    record Wait(String why) implements Verdict {}

    /**
     * The log is this.
     *
     * @param history what the new start record adopts, but for what is kept
     * @param ranges the same with its whole chain resolved: every committed seq, from 1 on
     * @param laterAttempts by which a stripe was committed, where it was not the first; by seq
     * @param kept stripes above the committed ones, in the order of seq, to be dispersed again
     */
    record Adopt(
            History history,
            List<History.Completed> ranges,
            SortedMap<Long, Integer> laterAttempts,
            List<Sighting> kept)
            implements Verdict {
        public Adopt {
            ranges = List.copyOf(ranges);
            kept = List.copyOf(kept);
        }

        long committedThrough() {
            return ranges.isEmpty() ? 0 : ranges.getLast().throughSeq();
        }
    }
}
