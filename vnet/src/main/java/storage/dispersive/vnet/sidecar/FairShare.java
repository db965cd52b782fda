package storage.dispersive.vnet.sidecar;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who has how many of something that there is a limited number of. Whoever has as many as are left
 * gets no more: so one is left for who has none, however many others take all they can (dynamic
 * thresholds: Choudhury and Hahne, "Dynamic Queue Length Thresholds", 1998). For one thread at a
 * time.
 */
final class FairShare<H> {

    private final Map<H, Integer> counts = new HashMap<>();

    /** Whether a holder may have one more of those that are left. */
    boolean allows(H holder, int left) {
        return of(holder) < left;
    }

    int of(H holder) {
        return counts.getOrDefault(holder, 0);
    }

    /** Whoever has most; empty if nobody has any. */
    Optional<H> greatest() {
        return counts.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    void add(H holder) {
        counts.merge(holder, 1, Integer::sum);
    }

    /** One that was added. */
    void remove(H holder) {
        int before = of(holder);
        if (before == 0) {
            throw new IllegalStateException(holder + " has none");
        }
        if (before == 1) {
            counts.remove(holder);
        } else {
            counts.put(holder, before - 1);
        }
    }
}
