package storage.dispersive.volume.log;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.volume.map.Placement;

/** A stripe on its way: its attempts, until one of them is held by every store that it names. */
final class Flight {

    private final SealedStripe stripe;
    private final long sinceNanos;
    private final List<Dispersal> attempts = new ArrayList<>(1);
    private long lastAttemptNanos;
    private @Nullable Placement committed;

    Flight(SealedStripe stripe, long sinceNanos) {
        this.stripe = stripe;
        this.sinceNanos = sinceNanos;
    }

    SealedStripe stripe() {
        return stripe;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    int nextAttempt() {
        return attempts.size();
    }

    long lastAttemptNanos() {
        return lastAttemptNanos;
    }

    /** The attempt that was started last and may still succeed. */
    @Nullable Dispersal current() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (!attempts.get(i).isBroken()) {
                return attempts.get(i);
            }
        }
        return null;
    }

    void started(Dispersal attempt, long nowNanos) {
        attempts.add(attempt);
        lastAttemptNanos = nowNanos;
    }

    void commit(Placement placement) {
        committed = placement;
    }

    boolean isCommitted() {
        return committed != null;
    }

    Placement placement() {
        if (committed == null) {
            throw new IllegalStateException("stripe " + stripe.seq() + " is not committed");
        }
        return committed;
    }
}
