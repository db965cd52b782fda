package storage.dispersive.blockdevice.fuse;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded memory of a session: slots of its own, and those that its reserve lets it have. The
 * last one given back is the next one taken, since its memory is in the processor's cache; and
 * locked ones come first.
 *
 * <p>Thread contract: any thread; {@link #take} waits, {@link #give} does not.
 */
final class SlotPool {

    private final SlotReserve reserve;
    private final ReentrantLock lock;
    private final Condition changed;
    private final SlotMemory memory;
    private final Slot[] free;
    private final int mostBorrowed;
    private @Nullable Runnable lastAction;
    private int freeCount;
    private int borrowed;
    private boolean closed;

    /** One that has all of its slots itself. */
    SlotPool(FuseSettings settings) {
        this(settings, settings.slots(), SlotReserve.none());
    }

    /** One that has a slot for each reader itself, so that it goes on whatever others do. */
    SlotPool(FuseSettings settings, SlotReserve reserve) {
        this(settings, settings.readers(), reserve);
    }

    private SlotPool(FuseSettings settings, int own, SlotReserve reserve) {
        this.reserve = reserve;
        lock = reserve.lock;
        changed = reserve.changed;
        memory = new SlotMemory(own, settings.maxTransferBytes());
        free = memory.slots();
        freeCount = own;
        mostBorrowed = settings.slots() - own;
    }

    long sizeBytes() {
        return memory.sizeBytes();
    }

    long lockedBytes() {
        return memory.lockedBytes();
    }

    /** Waits for a free slot; null once the pool is closed. */
    @Nullable Slot take() {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    return null;
                }
                if (freeCount > 0) {
                    return free[--freeCount];
                }
                Slot lent = borrowed < mostBorrowed ? reserve.take(borrowed) : null;
                if (lent != null) {
                    borrowed++;
                    return lent;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void give(Slot slot) {
        @Nullable Runnable last;
        lock.lock();
        try {
            if (slot.isOf(memory)) {
                free[freeCount++] = slot;
            } else {
                reserve.give(slot);
                borrowed--;
            }
            changed.signalAll();
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
        if (!closed || busyNow() > 0) {
            return null;
        }
        Runnable action = lastAction;
        lastAction = null;
        return action;
    }

    int busy() {
        lock.lock();
        try {
            return busyNow();
        } finally {
            lock.unlock();
        }
    }

    private int busyNow() {
        return free.length - freeCount + borrowed;
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
            while (busyNow() > 0 && remaining > 0) {
                try {
                    remaining = changed.awaitNanos(remaining);
                } catch (InterruptedException e) {
                    // Whoever interrupts wants to be quick: do not wait for the rest.
                    interrupted = true;
                    break;
                }
            }
            return busyNow() == 0;
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
        memory.release();
    }
}
