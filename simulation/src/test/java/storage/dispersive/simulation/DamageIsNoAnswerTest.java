package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.simulation.Waiting.waitFor;

import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Code;
import storage.dispersive.volume.EngineRule;

/**
 * A trace: a stripe is committed on two pods of three; one of them rots, the other is away; the
 * rest are k answers, and none of them has the stripe. Chance rarely makes this, so it is made
 * here.
 */
class DamageIsNoAnswerTest {

    private static final ScenarioOptions ALL = ScenarioOptions.of(new Code(2, 1), 0);
    private static final int PODS = 3;
    private static final int FLIPS = 400;

    /**
     * One in which the flips leave something to tell damage by. Where the records and the mark of
     * their durability have all rotted, nobody can tell them from a write that was torn.
     */
    private static final long SEED = 1;

    @Test
    void aRottenStoreIsWaitedFor() {
        for (int rotten = 0; rotten < PODS; rotten++) {
            for (int away = 0; away < PODS; away++) {
                if (rotten != away) {
                    assertThat(survives(ALL, rotten, away))
                            .as("pod %d rotten, pod %d away", rotten, away)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void withoutTheRuleTheWriteIsGone() {
        ScenarioOptions without = ALL.without(EngineRule.DAMAGE_IS_NO_ANSWER);
        int lost = 0;
        for (int rotten = 0; rotten < PODS; rotten++) {
            for (int away = 0; away < PODS; away++) {
                lost += rotten != away && !survives(without, rotten, away) ? 1 : 0;
            }
        }
        assertThat(lost).isPositive();
    }

    /** Whether an acknowledged write is there again when the pod that was away has come back. */
    private static boolean survives(ScenarioOptions options, int rotten, int away) {
        SimulatedSan san = new SimulatedSan(options, SEED);
        Workload workload = new Workload(san.time());
        SimulatedEngine first = san.startEngine(true);
        waitFor(san, () -> first.life() == SimulatedEngine.Life.SERVING);
        workload.write(first.disk(), 0, 1);
        waitFor(san, () -> workload.succeeded() == 1);
        // Idle stores mark what is durable, so that it can be told from a torn write.
        san.pass(2_000);
        san.killEngine(first);
        SimulatedPod bad = san.pods().get(rotten);
        for (int flip = 0; flip < FLIPS; flip++) {
            bad.rot();
        }
        san.killPod(bad);
        bad.start();
        san.killPod(san.pods().get(away));
        SimulatedEngine second = san.startEngine(true);
        san.pass(5_000);
        san.pods().get(away).start();
        waitFor(san, () -> second.life() == SimulatedEngine.Life.SERVING);
        try {
            workload.read(second.disk(), 0, 1, () -> {});
            waitFor(san, () -> workload.succeeded() == 2);
            return true;
        } catch (RegisterChecker.Violation e) {
            return false;
        }
    }
}
