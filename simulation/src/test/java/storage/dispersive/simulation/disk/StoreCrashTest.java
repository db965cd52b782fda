package storage.dispersive.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.pod.store.StoreRule;

class StoreCrashTest {

    private static final int SEEDS = Integer.getInteger("store.seeds", 100);
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "USE_ID_ENDS_LOG")
    void isCaughtWithoutARule(StoreRule rule) {
        String loss =
                switch (rule) {
                    case FENCE_IS_A_BARRIER -> "acknowledged, and not in the list";
                    case LIST_ONLY_DURABLE -> "cannot be read|was lost";
                    case SYNC_BEFORE_ACK -> "was lost";
                    case EPOCH_BEFORE_DUPLICATE -> "a fenced epoch was acknowledged";
                    case INCARNATION_CHECKED -> "another incarnation's append";
                    case FENCE_DURABLE -> "the fence went back";
                    case EQUAL_FENCE_ONLY_SAME_RUN -> "two runs hold one epoch";
                    case USE_ID_ENDS_LOG -> "not here: see StoreFaultTest";
                    case DUPLICATE_EQUAL_TO_THE_BYTE -> "has two contents";
                };
        assertThatThrownBy(
                        () -> {
                            for (long seed = 0; seed < 8L * SEEDS; seed++) {
                                new StoreTrial(seed, StoreRule.allBut(rule)).run(STEPS);
                            }
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("seed ")
                .hasMessageMatching("(?s).*(" + loss + ").*");
    }
}
