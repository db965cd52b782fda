package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.portion.Code;
import storage.dispersive.simulation.ScenarioOptions.Emphasis;

/**
 * Without a rule the simulation finds a loss: it would notice if the rule were not kept. The seeds
 * begin near one that finds it, so that this does not take long; a change of the engine changes
 * what seeds do, so some hundred are tried.
 */
class RulesAreNeededTest {

    private static final int MOST_SEEDS = 400;
    private static final int ACTIONS = 150;

    @ParameterizedTest
    @CsvSource({
        "COMMIT_NEEDS_ALL_NAMED, 2, 1, RECOVERIES, 1",
        "ACK_IN_ORDER, 2, 2, NONE, 15",
        "FENCE_NEEDS_K_ANSWERS, 2, 1, NONE, 5",
        "HIGHEST_START_DECIDES, 2, 1, NONE, 1",
        "KEEP_WHAT_MAY_BE_COMMITTED, 2, 2, NONE, 1",
        "START_AFTER_ADOPTED, 2, 1, RECOVERIES, 10",
        "SERVE_AFTER_START, 2, 1, NONE, 60",
        "FENCE_IS_A_BARRIER, 2, 1, RECOVERIES, 90",
        "INCARNATION_CHECKED, 2, 2, NONE, 1",
        "FENCE_DURABLE, 2, 1, NONE, 28",
        "'NEW_EPOCH_AT_EVERY_START,EQUAL_FENCE_ONLY_SAME_RUN', 2, 1, NONE, 60",
        "SYNC_BEFORE_ACK, 2, 1, RECOVERIES, 1",
    })
    void withoutItTheCheckerFindsALoss(
            String rule, int data, int parity, Emphasis emphasis, long firstSeed) {
        ScenarioOptions complete =
                ScenarioOptions.of(new Code(data, parity), ACTIONS).withEmphasis(emphasis);
        ScenarioOptions options = Simulate.without(complete, rule);
        long seed = firstSeed;
        while (seed < firstSeed + MOST_SEEDS && !findsALoss(options, seed)) {
            seed++;
        }
        assertThat(seed).as("seeds tried without %s", rule).isLessThan(firstSeed + MOST_SEEDS);
        Scenario.run(complete, seed);
    }

    private static boolean findsALoss(ScenarioOptions options, long seed) {
        try {
            Scenario.run(options, seed);
            return false;
        } catch (IllegalStateException found) {
            return true;
        }
    }
}
