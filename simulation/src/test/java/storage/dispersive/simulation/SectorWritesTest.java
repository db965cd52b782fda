package storage.dispersive.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.portion.Code;

/** Requests that are aligned to sectors only, many at once, over a whole simulated cluster. */
class SectorWritesTest {

    private static final int SECTOR = VirtualDisk.SECTOR_BYTES;
    private static final int SECTORS =
            SimulatedSan.BLOCKS * VirtualDisk.BLOCK_BYTES / VirtualDisk.SECTOR_BYTES;

    @Test
    void overlappingWritesOfSectorsNeverLoseEachOther() {
        long seed = 7;
        Random random = new Random(seed);
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(new Code(3, 2), 0), seed);
        SimulatedEngine engine = san.startEngine(true);
        san.pass(3_000);
        byte[] before = new byte[SECTORS];
        for (int round = 0; round < 60; round++) {
            byte[] values = before.clone();
            Map<Integer, Set<Byte>> allowed = new HashMap<>();
            Ends ends = new Ends();
            int writes = 1 + random.nextInt(12);
            for (int i = 0; i < writes; i++) {
                int count = 1 + random.nextInt(30);
                int first = random.nextInt(SECTORS - count + 1);
                byte value = random.nextInt(6) == 0 ? 0 : (byte) (1 + random.nextInt(255));
                for (int sector = first; sector < first + count; sector++) {
                    allowed.computeIfAbsent(sector, _ -> new HashSet<>()).add(value);
                }
                start(engine.disk(), random, new Run(first, count, value), ends);
            }
            san.pass(3_000);
            assertThat(ends.successes()).as("seed %d round %d", seed, round).isEqualTo(writes);
            MemorySegment all = read(san, engine.disk());
            for (int sector = 0; sector < SECTORS; sector++) {
                byte seen = uniform(all.asSlice((long) sector * SECTOR, SECTOR));
                Set<Byte> written = allowed.getOrDefault(sector, Set.of(values[sector]));
                assertThat(written).as("seed %d sector %d", seed, sector).contains(seen);
                before[sector] = seen;
            }
        }
    }

    @Test
    void aCutOffEngineAnswersEveryWriteOfASectorAndEveryOneBehindIt() {
        SimulatedSan san = new SimulatedSan(ScenarioOptions.of(new Code(2, 1), 0), 3);
        SimulatedEngine first = san.startEngine(true);
        san.pass(3_000);
        san.pods().forEach(san::killPod);
        Ends ends = new Ends();
        for (int i = 0; i < 8; i++) {
            MemorySegment sector = Arena.ofAuto().allocate(SECTOR);
            first.disk().write((long) i * SECTOR, sector, ends);
        }
        san.pass(100);
        san.startEngine(true);
        san.pods().forEach(SimulatedPod::start);
        san.pass(10_000);
        assertThat(first.life()).isEqualTo(SimulatedEngine.Life.FENCED);
        assertThat(ends.all()).isEqualTo(8);
    }

    /** Sectors that one write fills with one value. */
    private record Run(int first, int count, byte value) {}

    private static void start(VirtualDisk disk, Random random, Run run, Ends ends) {
        long offset = (long) run.first * SECTOR;
        long length = (long) run.count * SECTOR;
        if (run.value == 0 && random.nextBoolean()) {
            disk.zero(offset, length, ends);
            return;
        }
        MemorySegment data = Arena.ofAuto().allocate(length);
        data.fill(run.value);
        disk.write(offset, data, ends);
    }

    private static MemorySegment read(SimulatedSan san, VirtualDisk disk) {
        MemorySegment all = Arena.ofAuto().allocate((long) SECTORS * SECTOR);
        Ends ends = new Ends();
        // In two unaligned halves, so that reads of part of a block are tried, too.
        long half = (long) (SECTORS / 2 + 3) * SECTOR;
        disk.read(0, all.asSlice(0, half), ends);
        disk.read(half, all.asSlice(half), ends);
        san.pass(3_000);
        assertThat(ends.successes()).isEqualTo(2);
        return all;
    }

    private static byte uniform(MemorySegment sector) {
        byte value = sector.get(ValueLayout.JAVA_BYTE, 0);
        for (long at = 0; at < sector.byteSize(); at++) {
            assertThat(sector.get(ValueLayout.JAVA_BYTE, at)).isEqualTo(value);
        }
        return value;
    }
}
