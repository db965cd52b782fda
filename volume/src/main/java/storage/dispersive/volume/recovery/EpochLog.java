package storage.dispersive.volume.recovery;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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

    /** The attempt of a committed stripe that was committed. */
    int committedAttempt(long seq) {
        return laterAttempts.getOrDefault(seq, 0);
    }

    /** An attempt at a stripe above {@link #committedThrough} that can be decoded. */
    @Nullable Sighting decodable(long seq) {
        Map<Integer, Sighting> attempts = tail.get(seq);
        if (attempts != null) {
            for (Sighting sighting : attempts.values()) {
                if (sighting.decodes()) {
                    return sighting;
                }
            }
        }
        return null;
    }
}
