package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often somebody may ask, and how often it is logged that nobody listens. */
class RateLimitTest {

    private final SteppedClock clock = new SteppedClock();

    @Test
    void afterABurstItIsOneForEachInterval() {
        RateLimit limit = new RateLimit(Duration.ofSeconds(10), 3, clock);
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("a")).isEmpty();
        }
        assertThat(limit.take("a")).contains(Duration.ofSeconds(10));
        assertThat(limit.take("b")).as("somebody else").isEmpty();
        clock.pass(Duration.ofSeconds(9));
        assertThat(limit.take("a")).contains(Duration.ofSeconds(1));
        clock.pass(Duration.ofSeconds(1));
        assertThat(limit.take("a")).isEmpty();
        assertThat(limit.take("a")).isPresent();
        clock.pass(Duration.ofDays(1));
        for (int i = 0; i < 3; i++) {
            assertThat(limit.take("a")).as("no more than a burst is saved up").isEmpty();
        }
        assertThat(limit.take("a")).isPresent();
    }

    @Test
    void memoryIsBounded() {
        RateLimit limit = new RateLimit(Duration.ofSeconds(10), 3, clock);
        for (int i = 0; i < 30_000; i++) {
            limit.take("pod-" + i);
        }
        assertThat(limit.keys()).isEqualTo(10_000);
    }

    @Test
    void aRefusalIsLoggedOnceUntilItChanges() {
        Refusals refusals = new Refusals();
        assertThat(refusals.refused("pod", "no")).isTrue();
        assertThat(refusals.refused("pod", "no")).isFalse();
        assertThat(refusals.refused("another", "no")).isTrue();
        assertThat(refusals.refused("pod", "never")).isTrue();
        refusals.certified("pod");
        assertThat(refusals.refused("pod", "never")).isTrue();
    }
}
