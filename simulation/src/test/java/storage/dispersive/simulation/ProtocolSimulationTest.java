package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.portion.Code;

/** Whole clusters from seeds, with all rules in force. A failure names the seed. */
class ProtocolSimulationTest {

    private static final long FIRST_SEED = Long.getLong("simulation.seed", 1);
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 60);
    private static final int ACTIONS = Integer.getInteger("simulation.actions", 120);

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "2,2", "3,2", "4,2"})
    void nothingAcknowledgedIsLostAndNothingVanishes(int data, int parity) {
        ScenarioOptions options = ScenarioOptions.of(new Code(data, parity), ACTIONS);
        long succeeded = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            succeeded += Scenario.run(options, seed).succeeded();
        }
        assertThat(succeeded).isGreaterThan(SEEDS * 10L);
    }
}
