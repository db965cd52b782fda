package storage.dispersive.operator.identity;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which authority there is, and which takes its place. Who signs follows from the time alone, so
 * that all replicas agree, and nothing need be written while a rotation goes on:
 *
 * <pre>
 *   next is made    published everywhere    + 3 min               + 15 min
 *                   (published = then)      next signs            next becomes current
 * </pre>
 *
 * Immutable.
 *
 * @param next null unless a rotation goes on
 * @param published since when everybody is told of {@code next}; null as long as not all are
 * @param isAsked whether somebody wants another authority
 */
record AuthorityState(
        Root current, @Nullable Root next, @Nullable Instant published, boolean isAsked) {

    /**
     * A mounted ConfigMap takes up to two minutes, clocks of replicas differ a little, and pods ask
     * after five.
     */
    static final Duration NEXT_SIGNS = Duration.ofMinutes(3);

    /** Pods have asked after ten; what is left is for those whose question failed. */
    static final Duration CURRENT_ENDS = Duration.ofMinutes(15);

    AuthorityState {
        if (published != null && next == null) {
            throw new IllegalArgumentException("nothing is published");
        }
    }

    static AuthorityState of(Root first) {
        return new AuthorityState(first, null, null, false);
    }

    boolean isRotating() {
        return next != null;
    }

    /** Whose signatures pods get. */
    Root signer(Instant now) {
        boolean isKnown = published != null && !now.isBefore(published.plus(NEXT_SIGNS));
        return next != null && isKnown ? next : current;
    }

    /** All that are trusted. */
    String pem() {
        return next == null ? current.pem() : current.pem() + next.pem();
    }

    AuthorityState begin(Root successor) {
        return new AuthorityState(current, successor, null, false);
    }

    AuthorityState published(Instant now) {
        return new AuthorityState(current, next, now, isAsked);
    }

    AuthorityState finish() {
        return new AuthorityState(next == null ? current : next, null, null, isAsked);
    }
}
