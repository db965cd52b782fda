package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Code;

/** Stores that run full: writes are refused, reads go on, and the volume can be attached again. */
class FullStoresTest {

    private static final long CAPACITY_BYTES = 3L << 20;

    @Test
    void aFullVolumeIsReadableAndCanBeAttachedAgainAndAgain() {
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(new Code(2, 1), 0), 5);
        Workload workload = new Workload(san.time());
        SimulatedEngine engine = san.startEngine(true);
        waitFor(san, () -> engine.life() == SimulatedEngine.Life.SERVING);
        san.pods().forEach(pod -> pod.disk().setCapacityBytes(CAPACITY_BYTES));
        for (int i = 0; i < 2_000 && workload.failed() == 0; i++) {
            workload.write(engine.disk(), i % (SimulatedSan.BLOCKS - 8), 8);
            san.pass(50);
        }
        assertThat(workload.failed()).as("a write that found no room").isPositive();
        readsAll(san, workload, engine);
        for (int attach = 0; attach < 5; attach++) {
            san.killEngine(san.engines().getLast());
            SimulatedEngine next = san.startEngine(true);
            waitFor(san, () -> next.life() == SimulatedEngine.Life.SERVING);
            readsAll(san, workload, next);
        }
    }

    private static void readsAll(SimulatedSan san, Workload workload, SimulatedEngine engine) {
        boolean[] answered = {false};
        workload.read(engine.disk(), 0, SimulatedSan.BLOCKS, () -> answered[0] = true);
        waitFor(san, () -> answered[0]);
    }

    private static void waitFor(SimulatedSan san, BooleanSupplier condition) {
        for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
            san.pass(100);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
