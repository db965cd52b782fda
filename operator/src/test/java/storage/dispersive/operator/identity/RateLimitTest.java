package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import storage.dispersive.enrolment.VolumeName;

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

    /** What serves a node's volumes asks for all of them when it starts. */
    @Test
    void allVolumesOfAnEngineHaveALimitTogether() throws Exception {
        QuestionLimits limits = new QuestionLimits(clock);
        Caller engine = caller("uid-1");
        for (int i = 0; i < 300; i++) {
            limits.take(engine, volume(i));
        }
        assertThatThrownBy(() -> limits.take(engine, volume(300)))
                .isInstanceOf(RefusedException.class);
        limits.take(caller("uid-2"), volume(300));
        limits.take(engine, new Wanted.Own());
        clock.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            limits.take(engine, volume(i));
        }
        assertThatThrownBy(() -> limits.take(engine, volume(5)))
                .isInstanceOf(RefusedException.class);
    }

    private static Caller caller(String uid) {
        return new Caller(Caller.Kind.ENGINE, "system", "node-a", uid, "node");
    }

    private static Wanted volume(int number) {
        return new Wanted.Volume(new VolumeName("space", "v-" + number));
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
