package storage.dispersive.operator.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How often somebody may ask: at once as often as it takes to come up anew, and then once in a
 * while. Of so many at most that memory is bounded; who was forgotten begins anew.
 *
 * <p>Safe for use by many threads.
 */
final class RateLimit {

    private static final int MOST_KEYS = 10_000;

    private final Duration interval;
    private final int burst;
    private final Clock clock;
    private final LinkedHashMap<String, Instant> free = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * A limit.
     *
     * @param interval for each question, in the long run
     * @param burst questions at once
     */
    RateLimit(Duration interval, int burst, Clock clock) {
        this.interval = interval;
        this.burst = burst;
        this.clock = clock;
    }

    /** Counts a question; if it is one too many, how long until the next one. */
    synchronized Optional<Duration> take(String key) {
        Instant now = clock.instant();
        // All that were asked are paid for by this time.
        Instant paid = free.getOrDefault(key, now);
        if (paid.isBefore(now)) {
            paid = now;
        }
        Instant next = paid.plus(interval);
        Duration ahead = Duration.between(now, next);
        Duration allowed = interval.multipliedBy(burst);
        if (ahead.compareTo(allowed) > 0) {
            return Optional.of(ahead.minus(allowed));
        }
        free.put(key, next);
        forget();
        return Optional.empty();
    }

    private void forget() {
        if (free.size() > MOST_KEYS) {
            Map.Entry<String, Instant> eldest = free.firstEntry();
            free.remove(eldest.getKey());
        }
    }

    synchronized int keys() {
        return free.size();
    }
}
