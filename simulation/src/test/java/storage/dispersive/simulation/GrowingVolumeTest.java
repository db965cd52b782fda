package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.simulation.Waiting.waitFor;

import org.junit.jupiter.api.Test;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Code;

/** A volume that grows while it is used, and an engine that is told of another one. */
class GrowingVolumeTest {

    private static final int GROWN = 4 * SimulatedSan.BLOCKS;

    private final SimulatedSan san = new SimulatedSan(ScenarioOptions.of(new Code(2, 1), 0), 5);
    private final Workload workload = new Workload(san.time());

    private SimulatedEngine serving() {
        SimulatedEngine engine = san.startEngine(true);
        waitFor(san, () -> engine.life() == SimulatedEngine.Life.SERVING);
        return engine;
    }

    private void write(SimulatedEngine engine, int first) {
        long ended = workload.succeeded() + workload.failed();
        workload.write(engine.disk(), first, 1);
        waitFor(san, () -> workload.succeeded() + workload.failed() == ended + 1);
    }

    private void read(SimulatedEngine engine, int first) {
        long succeeded = workload.succeeded();
        workload.read(engine.disk(), first, 1, () -> {});
        waitFor(san, () -> workload.succeeded() == succeeded + 1);
    }

    @Test
    void whatIsWrittenBeyondTheOldEndIsReadByLaterEngines() {
        SimulatedEngine engine = serving();
        write(engine, SimulatedSan.BLOCKS - 1);
        write(engine, GROWN - 1);
        assertThat(workload.failed()).as("beyond the end").isEqualTo(1);
        long bytes = (long) GROWN * VirtualDisk.BLOCK_BYTES;
        san.grow(bytes);
        engine.grow(bytes);
        san.pass(10);
        assertThat(engine.disk().sizeBytes()).isEqualTo(bytes);
        read(engine, GROWN - 1);
        write(engine, GROWN - 1);
        write(engine, SimulatedSan.BLOCKS);
        san.killEngine(engine);
        SimulatedEngine next = serving();
        read(next, SimulatedSan.BLOCKS - 1);
        read(next, SimulatedSan.BLOCKS);
        read(next, GROWN - 1);
        assertThat(workload.failed()).isEqualTo(1);
    }

    @Test
    void anEngineThatIsToldOfAnotherOneAcknowledgesNothingMore() {
        SimulatedEngine engine = serving();
        write(engine, 1);
        engine.giveWay();
        waitFor(san, () -> engine.life() == SimulatedEngine.Life.FENCED);
        write(engine, 1);
        assertThat(workload.failed()).isEqualTo(1);
        SimulatedEngine next = serving();
        read(next, 1);
    }
}
