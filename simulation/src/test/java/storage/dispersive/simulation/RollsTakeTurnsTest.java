package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Code;
import storage.dispersive.volume.pods.RollPolicy;

/** What it costs to replace a session is not asked for all of them at once. */
class RollsTakeTurnsTest {

    private static final Code CODE = new Code(4, 2);
    private static final long SESSIONS = 2L * CODE.portions();

    /** The one that is made, and the one before it, which still answers. */
    private static final int BESIDE = 2;

    /** More than every session may take, if each were as slow as one can be here. */
    private static final int MOST_MILLIS = 20_000;

    private final SimulatedSan san = new SimulatedSan(ScenarioOptions.of(CODE, 0), 5);

    @Test
    void aNewSessionWaitsUntilTheOneBeforeItIsReady() {
        SimulatedEngine engine = start();
        rollAll(engine);
        awaitMade(2 * SESSIONS);
        assertThat(san.network().mostAlive()).isLessThanOrEqualTo(SESSIONS + BESIDE);
        san.pass(1_000);
        assertThat(san.network().alive()).isEqualTo(SESSIONS);
        assertThat(san.network().made()).isEqualTo(2 * SESSIONS);
    }

    @Test
    void whatCannotBeReplacedKeepsNobodyElseFromIt() {
        SimulatedEngine engine = start();
        san.network().leaveUnanswered(0);
        rollAll(engine);
        awaitMade(2 * SESSIONS);
        assertThat(san.network().mostAlive()).isLessThanOrEqualTo(SESSIONS + 2 * BESIDE);
    }

    private SimulatedEngine start() {
        san.roll(RollPolicy.NEVER);
        SimulatedEngine engine = san.startEngine(true);
        san.pass(3_000);
        assertThat(san.network().made()).isEqualTo(SESSIONS);
        assertThat(san.network().alive()).isEqualTo(SESSIONS);
        return engine;
    }

    private void rollAll(SimulatedEngine engine) {
        for (int slot = 0; slot < CODE.portions(); slot++) {
            engine.roll(slot);
        }
    }

    private void awaitMade(long sessions) {
        for (int millis = 0; san.network().made() < sessions; millis++) {
            assertThat(millis).isLessThan(MOST_MILLIS);
            san.pass(1);
        }
    }
}
