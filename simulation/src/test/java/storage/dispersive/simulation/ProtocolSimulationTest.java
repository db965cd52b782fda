package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.portion.Code;
import storage.dispersive.simulation.ScenarioOptions.Emphasis;

/** Whole clusters from seeds, with all rules in force. A failure names the seed. */
class ProtocolSimulationTest {

    private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 60);
    private static final int ACTIONS = Integer.getInteger("simulation.actions", 120);

    @ParameterizedTest
    @CsvSource({
        "1, 1, NONE",
        "2, 1, NONE",
        "2, 2, NONE",
        "3, 2, NONE",
        "4, 2, NONE",
        "1, 1, RECOVERIES",
        "2, 1, RECOVERIES",
        "2, 2, RECOVERIES",
        "3, 2, RECOVERIES",
    })
    void nothingAcknowledgedIsLostAndNothingVanishes(int data, int parity, Emphasis emphasis) {
        ScenarioOptions options =
                ScenarioOptions.of(new Code(data, parity), ACTIONS).withEmphasis(emphasis);
        long succeeded = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            succeeded += Scenario.run(options, seed).succeeded();
        }
        assertThat(succeeded).isGreaterThan(SEEDS * 10L);
    }

    @Test
    void theSameSeedIsTheSameLife() {
        ScenarioOptions options =
                ScenarioOptions.of(new Code(3, 2), ACTIONS).withEmphasis(Emphasis.RECOVERIES);
        assertThat(Scenario.run(options, FIRST_SEED)).isEqualTo(Scenario.run(options, FIRST_SEED));
    }
}
