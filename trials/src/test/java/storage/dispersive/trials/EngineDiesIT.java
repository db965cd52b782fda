package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limb 5 of the first issue: what was acknowledged outlives the engine and m pods. */
class EngineDiesIT {

    private static final int ROUNDS = Integer.getInteger("trials.rounds", 4);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());

    @Test
    void whatWasAcknowledgedOutlivesTheEngineAndPodsWhileOneIsWipedOnTheWay() throws Exception {
        try (TriedSan san = TriedSan.create();
                CrashTrial trial = CrashTrial.begin(san, SEED)) {
            for (int round = 0; round < ROUNDS; round++) {
                if (round == ROUNDS / 2) {
                    trial.wipeOnePod();
                }
                trial.writeUntilTheEngineDies();
                trial.attachAgain();
                assertThat(trial.wrongBlocks())
                        .as("round %d of -Dtrials.seed=%d: %s", round, SEED, trial.story())
                        .isEmpty();
            }
            System.out.println(
                    ROUNDS + " rounds of -Dtrials.seed=" + SEED + ": " + trial.summary());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-Dtrials.seed=" + SEED + ": " + e.getMessage(), e);
        }
    }
}
