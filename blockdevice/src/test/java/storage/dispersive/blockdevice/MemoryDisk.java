package storage.dispersive.blockdevice;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import storage.dispersive.disk.DiskCompletion;
import storage.dispersive.disk.DiskError;
import storage.dispersive.disk.VirtualDisk;

/**
 * A disk in native memory for the tests of faces. It answers at once, or later and out of order on
 * threads of its own, or when it is told to, and with errors on demand. A zero request takes effect
 * and completes as a write does.
 *
 * <p>Thread contract: any thread. A range that is written and read at once is copied without a
 * lock: tests do not look at ranges in motion.
 */
public final class MemoryDisk implements VirtualDisk, AutoCloseable {

    private static final int LATE_THREADS = 3;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes;
    private final Answering answering;
    private final AtomicInteger flushes = new AtomicInteger();
    private volatile Supplier<Optional<DiskError>> errors = Optional::empty;

    /** How completions reach their hearers. */
    private interface Answering extends AutoCloseable {
        void answer(Runnable completion);

        @Override
        default void close() {}
    }

    private MemoryDisk(long sizeBytes, Answering answering) {
        this.bytes = arena.allocate(sizeBytes, BLOCK_BYTES);
        this.answering = answering;
    }

    /** Answers before the call returns. */
    public static MemoryDisk answeringAtOnce(long sizeBytes) {
        return new MemoryDisk(sizeBytes, Runnable::run);
    }

    /** Answers on one thread of its own, as an engine's event loop does. */
    public static MemoryDisk answeringOnItsThread(long sizeBytes) {
        return new MemoryDisk(sizeBytes, new Late(1, 0, 0));
    }

    /** Answers within {@code maxDelayMicros} on several threads, in an order of the seed's. */
    public static MemoryDisk answeringLate(long sizeBytes, long seed, int maxDelayMicros) {
        return new MemoryDisk(sizeBytes, new Late(LATE_THREADS, seed, maxDelayMicros));
    }

    /** Answers only when {@link #answerHeld} is called, the newest first. */
    public static MemoryDisk answeringWhenTold(long sizeBytes) {
        return new MemoryDisk(sizeBytes, new Held());
    }

    /** Every later request asks {@code source} whether to fail; what fails has no effect. */
    public void failWith(Supplier<Optional<DiskError>> source) {
        errors = source;
    }

    public int flushes() {
        return flushes.get();
    }

    /** The requests that wait for {@link #answerHeld}. */
    public int held() {
        return answering instanceof Held held ? held.size() : 0;
    }

    public void answerHeld() {
        if (answering instanceof Held held) {
            held.release();
        }
    }

    /** The disk's content, for looking at. */
    public MemorySegment content() {
        return bytes.asReadOnly();
    }

    @Override
    public long sizeBytes() {
        return bytes.byteSize();
    }

    @Override
    public void read(long offset, MemorySegment destination, DiskCompletion completion) {
        long length = destination.byteSize();
        perform(
                completion,
                offset,
                length,
                () -> MemorySegment.copy(bytes, offset, destination, 0, length));
    }

    @Override
    public void write(long offset, MemorySegment source, DiskCompletion completion) {
        long length = source.byteSize();
        perform(
                completion,
                offset,
                length,
                () -> MemorySegment.copy(source, 0, bytes, offset, length));
    }

    @Override
    public void zero(long offset, long length, DiskCompletion completion) {
        perform(completion, offset, length, () -> bytes.asSlice(offset, length).fill((byte) 0));
    }

    @Override
    public void flush(DiskCompletion completion) {
        perform(completion, 0, 0, flushes::incrementAndGet);
    }

    private void perform(DiskCompletion completion, long offset, long length, Runnable effect) {
        Optional<DiskError> error =
                isOutside(offset, length) ? Optional.of(DiskError.INVALID) : errors.get();
        answering.answer(() -> {
            if (error.isPresent()) {
                completion.failed(error.get());
            } else {
                effect.run();
                completion.succeeded();
            }
        });
    }

    private boolean isOutside(long offset, long length) {
        return (offset | length) % SECTOR_BYTES != 0
                || offset < 0
                || length < 0
                || offset > sizeBytes() - length;
    }

    @Override
    public void close() {
        answering.close();
        arena.close();
    }

    private static final class Late implements Answering {
        private final ScheduledExecutorService threads;
        private final Random random;
        private final int maxDelayMicros;

        Late(int count, long seed, int maxDelayMicros) {
            this.threads = Executors.newScheduledThreadPool(count);
            this.random = new Random(seed);
            this.maxDelayMicros = maxDelayMicros;
        }

        @Override
        public void answer(Runnable completion) {
            if (maxDelayMicros == 0) {
                threads.execute(completion);
                return;
            }
            long delay;
            synchronized (random) {
                delay = random.nextInt(maxDelayMicros);
            }
            var _ = threads.schedule(completion, delay, TimeUnit.MICROSECONDS);
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    private static final class Held implements Answering {
        private final List<Runnable> completions = new ArrayList<>();

        @Override
        public synchronized void answer(Runnable completion) {
            completions.add(completion);
        }

        synchronized int size() {
            return completions.size();
        }

        void release() {
            List<Runnable> released;
            synchronized (this) {
                released = new ArrayList<>(completions);
                completions.clear();
            }
            Collections.reverse(released);
            released.forEach(Runnable::run);
        }

        @Override
        public void close() {
            release();
        }
    }
}
