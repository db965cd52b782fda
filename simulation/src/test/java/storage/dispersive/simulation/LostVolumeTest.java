package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.simulation.Waiting.waitFor;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Code;
import storage.dispersive.simulation.SimulatedEngine.Life;

/** An attach ends as soon as too few admitted stores are left, and not before. */
class LostVolumeTest {

    private static final Code CODE = new Code(3, 2);

    private final SimulatedSan san =
            new SimulatedSan(ScenarioOptions.of(CODE, 0).without(bounds()), 7);

    private static ScenarioOptions.ScenarioRule bounds() {
        return ScenarioOptions.ScenarioRule.DISKS_LOST_WITHIN_BOUNDS;
    }

    @BeforeEach
    void attachAndDie() {
        SimulatedEngine first = san.startEngine(true);
        waitFor(san, () -> first.life() == Life.SERVING);
        new Workload(san.time()).write(first.disk(), 0, 8);
        san.pass(1_000);
        san.killEngine(first);
    }

    @Test
    void oneStoreTooFewEndsTheAttachAndSaysWhichAreLost() {
        wipe(0, 1, 2);
        SimulatedEngine next = san.startEngine(true);
        waitFor(san, () -> next.life() == Life.FAILED);
        assertThat(next.whyFailed())
                .isEqualTo(
                        "3 of its 5 storage pods lost what they held (pod-0, pod-1, pod-2), and 3"
                                + " are needed");
    }

    @Test
    void asManyAsMayBeLostAreNoReasonToEnd() {
        wipe(0, 1);
        SimulatedEngine next = san.startEngine(true);
        waitFor(san, () -> next.life() == Life.SERVING);
    }

    @Test
    void aPodThatIsDownMayHoldWhatIsNeeded() {
        wipe(0, 1);
        san.killPod(san.pods().get(2));
        SimulatedEngine next = san.startEngine(true);
        san.pass(10_000);
        assertThat(next.life()).isEqualTo(Life.STARTING);
    }

    @Test
    void aPodThatComesBackEmptyEndsTheAttachThatWaitsForIt() {
        wipe(0, 1);
        san.killPod(san.pods().get(2));
        SimulatedEngine next = san.startEngine(true);
        san.pass(2_000);
        wipe(2);
        waitFor(san, () -> next.life() == Life.FAILED);
    }

    private void wipe(int... slots) {
        for (int slot : slots) {
            san.wipePod(san.pods().get(slot));
        }
    }
}
