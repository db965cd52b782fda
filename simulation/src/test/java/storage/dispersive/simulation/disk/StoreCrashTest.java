package storage.dispersive.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.pod.store.StoreRule;

class StoreCrashTest {

    private static final int SEEDS = Integer.getInteger("store.seeds", 300);
    private static final int STEPS = 600;

    @Test
    void losesNothingAcknowledgedWhereverItCrashes() throws Exception {
        int acknowledged = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            acknowledged += new StoreTrial(seed, StoreRule.all()).run(STEPS);
        }
        assertThat(acknowledged).isGreaterThan(SEEDS * STEPS / 10);
    }

    @ParameterizedTest
    @EnumSource
    void isCaughtWithoutARule(StoreRule rule) {
        assertThatThrownBy(
                        () -> {
                            for (long seed = 0; seed < 4L * SEEDS; seed++) {
                                new StoreTrial(seed, StoreRule.allBut(rule)).run(STEPS);
                            }
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed ");
    }
}
