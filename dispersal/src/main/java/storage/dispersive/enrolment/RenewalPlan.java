package storage.dispersive.enrolment;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When to ask again. All that was issued at the same time would be asked for again at the same
 * time, so each moment is spread by chance.
 */
record RenewalPlan(RandomGenerator chance) {

    /**
     * New authorities reach all processes in this time, and nobody shows a certificate of theirs
     * before; a mounted ConfigMap takes up to two minutes.
     */
    static final Duration ROOTS_SPREAD = Duration.ofMinutes(5);

    private static final double SPREAD_OF_LIFE = 0.1;

    /** When two thirds of its life are over, and up to a tenth of it later. */
    Instant renewal(X509Certificate leaf) {
        Instant begin = leaf.getNotBefore().toInstant();
        Duration life = Duration.between(begin, leaf.getNotAfter().toInstant());
        return begin.plus(life.multipliedBy(2).dividedBy(3)).plus(part(life, SPREAD_OF_LIFE));
    }

    /** When new authorities are known everywhere, and up to as long again later. */
    Instant changeOver(Instant seen) {
        return seen.plus(ROOTS_SPREAD).plus(part(ROOTS_SPREAD, 1));
    }

    private Duration part(Duration of, double most) {
        return Duration.ofMillis((long) (of.toMillis() * most * chance.nextDouble()));
    }
}
