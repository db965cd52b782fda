package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Code;
import storage.dispersive.volume.pods.RollPolicy;

/** Pods that neither answer nor end their connections, as behind a cable that was pulled out. */
class ReadsWhileCutOffTest {

    private static final Code CODE = new Code(4, 2);
    private static final int BYTES = SimulatedSan.BLOCKS * VirtualDisk.BLOCK_BYTES;

    /** Before an engine gives a session up that is silent. */
    private static final long MOST_MILLIS =
            TimeUnit.NANOSECONDS.toMillis(SimulatedConnection.SILENT_NANOS) - 1;

    @Test
    void readsDoNotWaitForAnyTwoPodsToBeGivenUp() {
        List<String> late = new ArrayList<>();
        for (int one = 0; one < CODE.portions(); one++) {
            for (int other = one + 1; other < CODE.portions(); other++) {
                long millis = millisWithout(one, other);
                if (millis > MOST_MILLIS) {
                    late.add(one + " and " + other + ": " + millis + " ms");
                }
            }
        }
        assertThat(late).isEmpty();
    }

    /** Its sessions are neither closed nor of use. */
    @Test
    void aPodThatIsCutOffIsToldAsSilent() {
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(CODE, 0), 12);
        san.roll(RollPolicy.NEVER);
        SimulatedEngine engine = san.startEngine(true);
        san.pass(3_000);
        assertThat(statusOf(san, engine)).doesNotContain("SILENT");
        san.network().leaveUnanswered(0);
        san.network().stall(engine.loop(), 0);
        MemorySegment written = Arena.ofAuto().allocate(BYTES);
        engine.disk().write(0, written, new Ends());
        san.pass(1_000);
        assertThat(statusOf(san, engine)).contains("SILENT", "was asked and is not heard");
    }

    private static String statusOf(SimulatedSan san, SimulatedEngine engine) {
        engine.askStatus();
        san.pass(1);
        return engine.lastStatus();
    }

    private static long millisWithout(int one, int other) {
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(CODE, 0), 11);
        SimulatedEngine engine = san.startEngine(true);
        san.pass(3_000);
        MemorySegment written = Arena.ofAuto().allocate(BYTES);
        written.fill((byte) 7);
        Ends ends = new Ends();
        engine.disk().write(0, written, ends);
        san.pass(3_000);
        assertThat(ends.successes()).isEqualTo(1);
        san.network().stall(engine.loop(), one);
        san.network().stall(engine.loop(), other);
        MemorySegment read = Arena.ofAuto().allocate(BYTES);
        engine.disk().read(0, read, ends);
        long millis = 0;
        while (ends.successes() < 2 && millis < 30_000) {
            san.pass(10);
            millis += 10;
        }
        assertThat(read.mismatch(written)).isEqualTo(-1);
        return millis;
    }
}
