package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import storage.dispersive.linux.MemoryLock;

/**
 * The bounded memory of a session: slots, touched and locked once. The last one given back is the
 * next one taken, since its memory is in the processor's cache; and locked ones come first.
 *
 * <p>Thread contract: any thread; {@link #take} waits, {@link #give} does not.
 */
final class SlotPool {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Arena arena = Arena.ofShared();
    private final Slot[] free;
    private final MemorySegment memory;
    private final long lockedBytes;
    private @Nullable Runnable lastAction;
    private int freeCount;
    private boolean closed;

    SlotPool(FuseSettings settings) {
        long stride = Slot.strideBytes(settings.maxTransferBytes());
        free = new Slot[settings.slots()];
        memory = arena.allocate(stride * settings.slots(), Slot.PAGE_BYTES);
        // Touches every page: with a SIGKILL pending the kernel faults none in.
        memory.fill((byte) 0);
        long locked = 0;
        for (int index = 0; index < free.length; index++) {
            MemorySegment slice = memory.asSlice(index * stride, stride);
            locked += MemoryLock.lock(slice) == 0 ? stride : 0;
            // Backwards, so that the first to be locked is the first to be taken.
            free[free.length - 1 - index] = new Slot(slice);
        }
        lockedBytes = locked;
        freeCount = free.length;
    }

    long sizeBytes() {
        return memory.byteSize();
    }

    long lockedBytes() {
        return lockedBytes;
    }

    /** Waits for a free slot; null once the pool is closed. */
    @Nullable Slot take() {
        lock.lock();
        try {
            while (freeCount == 0 && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return null;
            }
            return free[--freeCount];
        } finally {
            lock.unlock();
        }
    }

    void give(Slot slot) {
        @Nullable Runnable last;
        lock.lock();
        try {
            free[freeCount++] = slot;
            changed.signal();
            last = takeLastAction();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.run();
        }
    }

    /** Runs the action once, when the pool is closed and all slots are back; perhaps now. */
    void whenAllAreBack(Runnable action) {
        @Nullable Runnable last;
        lock.lock();
        try {
            lastAction = action;
            last = takeLastAction();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.run();
        }
    }

    private @Nullable Runnable takeLastAction() {
        if (!closed || freeCount < free.length) {
            return null;
        }
        Runnable action = lastAction;
        lastAction = null;
        return action;
    }

    int busy() {
        lock.lock();
        try {
            return free.length - freeCount;
        } finally {
            lock.unlock();
        }
    }

    /** No slot is taken any more; those that wait for one return. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all slots are back, after {@link #close}. Says whether they are; if not, a
     * request is still with the disk.
     */
    boolean awaitAll(long timeoutMillis) {
        long remaining = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        boolean interrupted = false;
        lock.lock();
        try {
            while (freeCount < free.length && remaining > 0) {
                try {
                    remaining = changed.awaitNanos(remaining);
                } catch (InterruptedException e) {
                    // Whoever interrupts wants to be quick: do not wait for the rest.
                    interrupted = true;
                    break;
                }
            }
            return freeCount == free.length;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Frees the memory; only when all slots are back, or the disk would write into other's. */
    void release() {
        if (busy() > 0) {
            throw new IllegalStateException("slots are in use");
        }
        MemoryLock.unlock(memory);
        arena.close();
    }
}
