package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import storage.dispersive.trials.CrashTrial.Company;
import storage.dispersive.trials.CrashTrial.Limb;

/**
 * Limb 5 of the first issue: what was acknowledged outlives the engine and m pods. {@code
 * -Dtrials.rounds} is how often the engine is killed while it writes.
 */
class EngineDiesIT {

    private static final int ROUNDS = Integer.getInteger("trials.rounds", 4);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final int ROUNDS_FOR_ALL_LIMBS = 4;

    /** Those with pods come first, as nobody but the engine may fail once m pods were wiped. */
    private static final List<Company> IN_TURN =
            List.of(Company.PODS_AT_ONCE, Company.PODS_BEFORE, Company.NOBODY, Company.ALL_PODS);

    private static final int MOST_WRITES = 1500;

    private static final int WRITES_BEFORE_FORGERY = 200;
    private static final int WRITES_FORGED = 200;

    @Test
    void whatWasAcknowledgedOutlivesTheEngineAndPodsWhileTwoAreWipedOnTheWay() throws Exception {
        Random random = new Random(SEED);
        try (TriedSan san = TriedSan.create()) {
            san.upWithSmallSegments();
            try (CrashTrial trial = CrashTrial.begin(san, SEED)) {
                for (int round = 0; round < ROUNDS; round++) {
                    Company company = IN_TURN.get(round % IN_TURN.size());
                    trial.writeUntilTheEngineDies(company, 1 + random.nextInt(MOST_WRITES));
                    if (round == ROUNDS / 2 || round == ROUNDS * 3 / 4) {
                        trial.wipeOnePod();
                    }
                    trial.attachAgain(company);
                    assertThat(trial.wrongBlocks())
                            .as("round %d: %s", round, trial.story())
                            .isEmpty();
                    trial.healPods();
                }
                System.out.println(
                        ROUNDS + " rounds of -Dtrials.seed=" + SEED + ": " + trial.summary());
                if (ROUNDS >= ROUNDS_FOR_ALL_LIMBS) {
                    assertThat(trial.tried()).as("limbs").containsOnlyKeys(Limb.values());
                }
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-Dtrials.seed=" + SEED + ": " + e.getMessage(), e);
        }
    }

    /** Shows that the trial would find a store that answers without fdatasync. */
    @Test
    void whatIsAcknowledgedWithoutBeingSyncedIsMissed() throws Exception {
        try (TriedSan san = TriedSan.create()) {
            // In segments of the usual size: one that began without syncs would be noticed.
            san.run("up").orFail();
            try (CrashTrial trial = CrashTrial.begin(san, SEED)) {
                trial.write(WRITES_BEFORE_FORGERY);
                san.syncForgery().begin();
                trial.writeUntilTheEngineDies(Company.ALL_PODS, WRITES_FORGED);
                san.syncForgery().end();
                trial.attachWithAllPods();
                List<String> wrong = trial.wrongBlocks();
                System.out.println(wrong.size() + " blocks are missed, as they must be");
                assertThat(wrong).as("blocks that are missed").isNotEmpty();
                assertThat(wrong).allSatisfy(block -> assertThat(block).contains(" shows "));
            }
        }
    }
}
