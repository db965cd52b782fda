package storage.dispersive.trials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes one block and reads it back every few milliseconds, and measures how long it is kept
 * waiting. (Its block is always young; what reads of old blocks wait for, fio tells.) Beside it, a
 * thread that does nothing but sleep shows how long this machine keeps threads waiting by itself.
 */
final class StallProbe implements AutoCloseable {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final int MAX_STALLS_KEPT = 50;

    private final Block block;
    private final Journal journal;
    private final long notableMillis;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;
    private volatile long longestNanos;
    private volatile long longestSleepNanos;
    private volatile long rounds;
    private int stallsKept;
    private volatile @Nullable Throwable failure;

    /** Stalls of {@code notableMillis} and more are written down, with what happened around. */
    StallProbe(Block block, long notableMillis, Journal journal) {
        this.block = block;
        this.notableMillis = notableMillis;
        this.journal = journal;
    }

    void start() {
        threads.add(Thread.ofPlatform().name("stall-probe").start(this::probe));
        threads.add(Thread.ofPlatform().name("sleeper").start(this::oversleep));
    }

    /** The longest that one write or read took. */
    long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestNanos);
    }

    /** By how much the longest of many short sleeps was too long: the machine's own stall. */
    long longestOversleepMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestSleepNanos);
    }

    /** How often the block was written and read. */
    long rounds() {
        return rounds;
    }

    /** What the probe met: an I/O error, or a block that is not what was written last. */
    @Nullable Throwable failure() {
        return failure;
    }

    private void probe() {
        ByteBuffer written = aligned();
        ByteBuffer seen = aligned();
        try {
            for (long round = 1; !ended; round++) {
                fill(written, round);
                measure("write", () -> block.write(written));
                measure("read", () -> block.read(seen));
                if (!seen.rewind().equals(written.rewind())) {
                    throw new AssertionError(
                            "round " + round + " read what was written in " + seen.getLong(0));
                }
                rounds = round;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            failure = e;
            journal.note("the probe failed: " + e);
        }
    }

    private interface Operation {
        void run() throws IOException;
    }

    private void measure(String what, Operation operation) throws IOException {
        long start = System.nanoTime();
        operation.run();
        long nanos = System.nanoTime() - start;
        longestNanos = Math.max(longestNanos, nanos);
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (millis >= notableMillis && stallsKept++ < MAX_STALLS_KEPT) {
            journal.note("a " + what + " that took " + millis + " ms ended");
        }
    }

    private void oversleep() {
        while (!ended) {
            long start = System.nanoTime();
            LockSupport.parkNanos(PAUSE_NANOS);
            longestSleepNanos =
                    Math.max(longestSleepNanos, System.nanoTime() - start - PAUSE_NANOS);
        }
    }

    private static ByteBuffer aligned() {
        return ByteBuffer.allocateDirect(2 * Block.BYTES)
                .alignedSlice(Block.BYTES)
                .slice(0, Block.BYTES);
    }

    private static void fill(ByteBuffer bytes, long round) {
        for (int at = 0; at < Block.BYTES; at += Long.BYTES) {
            bytes.putLong(at, round + at);
        }
    }

    /** Ends both threads; what was measured stays. */
    @Override
    public void close() throws IOException {
        ended = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the probe ends");
        } finally {
            block.close();
        }
    }
}
