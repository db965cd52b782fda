package storage.dispersive.volume.recovery;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.LaterAttempt;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.portion.StripeKind;

/**
 * What was listed of the stripes that one epoch sent: its start, how far it had committed, and the
 * portions of what it may not have committed.
 */
final class EpochLog {

    private final Map<Long, Integer> laterAttempts = new HashMap<>();
    private final TreeMap<Long, Map<Integer, Sighting>> tail = new TreeMap<>();
    private @Nullable StripeHeader start;
    private long committedThrough;

    void add(PortionHeader portion) {
        StripeHeader header = portion.stripe();
        if (header.kind() == StripeKind.START) {
            start = header;
        }
        for (LaterAttempt later : header.laterAttempts()) {
            laterAttempts.put(later.seq(), later.attempt());
        }
        if (header.committedThrough() > committedThrough) {
            committedThrough = header.committedThrough();
            tail.headMap(committedThrough, true).clear();
        }
        if (header.seq() > committedThrough) {
            tail.computeIfAbsent(header.seq(), _ -> new HashMap<>())
                    .computeIfAbsent(header.attempt(), _ -> new Sighting(header))
                    .saw(portion.index());
        }
    }

    /** The epoch's start record, of which one portion is enough. */
    @Nullable StripeHeader start() {
        return start;
    }

    /** The highest seq through which the epoch itself said that all is committed. */
    long committedThrough() {
        return committedThrough;
    }

    /** What the epoch's headers say of stripes that were not committed at first, by seq. */
    Map<Long, Integer> laterAttempts() {
        return laterAttempts;
    }

    /**
     * An attempt at a stripe above {@link #committedThrough} that can be decoded and may have been
     * committed.
     *
     * @param answered the stores that vouch for their lists
     */
    @Nullable Sighting perhapsCommitted(long seq, Set<Holder> answered) {
        Map<Integer, Sighting> attempts = tail.get(seq);
        if (attempts != null) {
            for (Sighting sighting : attempts.values()) {
                if (sighting.decodes() && !sighting.isMissedBy(answered)) {
                    return sighting;
                }
            }
        }
        return null;
    }
}
