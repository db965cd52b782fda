package storage.dispersive.simulation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/** Writes, zeroes and reads, and checks every answer. */
final class Workload {

    private static final int BLOCK = VirtualDisk.BLOCK_BYTES;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final SimulatedTime time;
    private final RegisterChecker checker = new RegisterChecker();
    private long nextValue = 1;
    private long succeeded;
    private long failed;

    Workload(SimulatedTime time) {
        this.time = time;
    }

    long succeeded() {
        return succeeded;
    }

    long failed() {
        return failed;
    }

    void write(VirtualDisk disk, long first, int blocks) {
        MemorySegment data = Arena.ofAuto().allocate((long) blocks * BLOCK);
        List<RegisterChecker.Write> writes = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            long value = nextValue++;
            fill(data.asSlice((long) i * BLOCK, BLOCK), value);
            writes.add(checker.begin(first + i, value, time.nowNanos()));
        }
        disk.write(first * BLOCK, data, new WriteEnd(writes));
    }

    void zero(VirtualDisk disk, long first, int blocks) {
        List<RegisterChecker.Write> writes = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            writes.add(checker.begin(first + i, RegisterChecker.ZERO, time.nowNanos()));
        }
        disk.zero(first * BLOCK, (long) blocks * BLOCK, new WriteEnd(writes));
    }

    /** Reads and checks; {@code answered} is run when the answer was a success. */
    void read(VirtualDisk disk, long first, int blocks, Runnable answered) {
        MemorySegment data = Arena.ofAuto().allocate((long) blocks * BLOCK);
        long beganNanos = time.nowNanos();
        disk.read(
                first * BLOCK,
                data,
                new DiskCompletion() {
                    @Override
                    public void succeeded() {
                        for (int i = 0; i < blocks; i++) {
                            MemorySegment block = data.asSlice((long) i * BLOCK, BLOCK);
                            checker.read(first + i, valueOf(block), beganNanos, time.nowNanos());
                        }
                        succeeded++;
                        answered.run();
                    }

                    @Override
                    public void failed(DiskError error) {
                        failed++;
                    }
                });
    }

    private static void fill(MemorySegment block, long value) {
        for (long at = 0; at < BLOCK; at += Long.BYTES) {
            block.set(LONG, at, value);
        }
    }

    private static long valueOf(MemorySegment block) {
        long value = block.get(LONG, 0);
        for (long at = 0; at < BLOCK; at += Long.BYTES) {
            if (block.get(LONG, at) != value) {
                throw new RegisterChecker.Violation("a block is torn: " + value + " and others");
            }
        }
        return value;
    }

    /** The end of a write or zeroing. */
    private final class WriteEnd implements DiskCompletion {
        private final List<RegisterChecker.Write> writes;

        WriteEnd(List<RegisterChecker.Write> writes) {
            this.writes = writes;
        }

        @Override
        public void succeeded() {
            succeeded++;
            writes.forEach(write -> write.succeeded(time.nowNanos()));
        }

        @Override
        public void failed(DiskError error) {
            failed++;
        }
    }
}
