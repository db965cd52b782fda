package storage.dispersive.volume.recovery;

import java.util.List;
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
     * @param kept stripes above the committed ones, in the order of seq, to be dispersed again
     */
    record Adopt(History history, List<History.Completed> ranges, List<Sighting> kept)
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
