package storage.dispersive.enrolment;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to wait after each failure: twice as long each time, up to a limit, spread by chance.
 */
final class Backoff {

    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(1);

    /** What a service may demand at most. */
    static final Duration LONGEST_DEMAND = Duration.ofMinutes(10);

    private final RandomGenerator chance;
    private Duration next = FIRST;

    Backoff(RandomGenerator chance) {
        this.chance = chance;
    }

    /** From half to all of the present step; what the service demanded comes before that. */
    Duration next(Optional<Duration> demanded) {
        Duration half = next.dividedBy(2);
        Duration spread = Duration.ofMillis((long) (half.toMillis() * chance.nextDouble()));
        next = shorter(next.multipliedBy(2), LONGEST);
        return demanded.map(it -> shorter(it, LONGEST_DEMAND))
                .orElse(Duration.ZERO)
                .plus(half)
                .plus(spread);
    }

    void reset() {
        next = FIRST;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
