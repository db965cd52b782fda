package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.simulation.Waiting.waitFor;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.portion.Code;

/**
 * Stores that run full. If all are, writes are refused, reads go on, and the volume can be attached
 * again; if one is, the others do its work until it has room.
 */
class FullStoresTest {

    private static final long CAPACITY_BYTES = 3L << 20;
    private static final long LITTLE_BYTES = 1L << 20;
    private static final long ROOM_BYTES = 256L << 20;
    private static final int MOST_ROUNDS = 300;

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

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void oneFullStoreKeepsNothingFromBeingWrittenAndIsUsedAgainWhenItHasRoom(long seed) {
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(new Code(4, 2), 0), seed);
        Workload workload = new Workload(san.time());
        SimulatedEngine engine = san.startEngine(true);
        waitFor(san, () -> engine.life() == SimulatedEngine.Life.SERVING);
        SimulatedPod full = san.pods().get((int) (seed % san.pods().size()));
        full.disk().setCapacityBytes(LITTLE_BYTES);
        writesUntil(san, workload, engine, () -> full.refusedForRoom() > 0);
        writesAll(san, workload, engine);
        readsAll(san, workload, engine);

        san.killEngine(engine);
        SimulatedEngine next = san.startEngine(true);
        waitFor(san, () -> next.life() == SimulatedEngine.Life.SERVING);
        readsAll(san, workload, next);
        long refused = full.refusedForRoom();
        writesUntil(san, workload, next, () -> full.refusedForRoom() > refused + 1);

        full.disk().setCapacityBytes(ROOM_BYTES);
        writesUntil(san, workload, next, () -> full.disk().usedBytes() > 2 * LITTLE_BYTES);
        writesAll(san, workload, next);
        assertThat(workload.failed()).as("writes and reads that failed").isZero();
        san.pods().stream().filter(pod -> pod != full).limit(2).forEach(san::killPod);
        readsAll(san, workload, next);
        assertThat(workload.failed()).as("reads that failed").isZero();
    }

    private static void writesUntil(
            SimulatedSan san, Workload workload, SimulatedEngine engine, BooleanSupplier reached) {
        for (int i = 0; i < MOST_ROUNDS && !reached.getAsBoolean(); i++) {
            writesAll(san, workload, engine);
        }
        assertThat(reached.getAsBoolean()).isTrue();
    }

    /** Every block, in wide stripes and narrow ones. */
    private static void writesAll(SimulatedSan san, Workload workload, SimulatedEngine engine) {
        long ended = workload.succeeded() + workload.failed();
        int requests = 0;
        for (int first = 0; first < SimulatedSan.BLOCKS; requests++) {
            int blocks = Math.min(SimulatedSan.BLOCKS - first, 1 + requests % 8);
            workload.write(engine.disk(), first, blocks);
            first += blocks;
            san.pass(20);
        }
        long all = ended + requests;
        waitFor(san, () -> workload.succeeded() + workload.failed() == all);
    }

    private static void readsAll(SimulatedSan san, Workload workload, SimulatedEngine engine) {
        boolean[] answered = {false};
        workload.read(engine.disk(), 0, SimulatedSan.BLOCKS, () -> answered[0] = true);
        waitFor(san, () -> answered[0]);
    }
}
