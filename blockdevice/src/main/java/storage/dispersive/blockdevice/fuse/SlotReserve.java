package storage.dispersive.blockdevice.fuse;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Slots that the sessions of a process share, so that a session needs little memory of its own: as
 * many slots as it has readers, which nobody else can take. A session that has as many of the
 * reserve as are left gets no more (dynamic thresholds: Choudhury and Hahne, "Dynamic Queue Length
 * Thresholds", 1998), so a disk that does not answer leaves some for the others.
 *
 * <p>Thread contract: any thread. One lock is that of the reserve and of all sessions that use it.
 */
public final class SlotReserve implements AutoCloseable {

    private static final int SLOTS_LIMIT = 4096;

    final ReentrantLock lock = new ReentrantLock();

    /** A slot came back, of the reserve or of a session; or a session ends. */
    final Condition changed = lock.newCondition();

    private final SlotMemory memory;
    private final Slot[] free;
    private int freeCount;

    private SlotReserve(int slots, int maxTransferBytes) {
        memory = new SlotMemory(slots, maxTransferBytes);
        free = memory.slots();
        freeCount = slots;
    }

    /** Touches and locks so many slots; their size is that of the sessions' settings. */
    public static SlotReserve of(int slots, int maxTransferBytes) {
        if (slots < 1 || slots > SLOTS_LIMIT) {
            throw new IllegalArgumentException("1 to " + SLOTS_LIMIT + " slots, not " + slots);
        }
        return new SlotReserve(slots, maxTransferBytes);
    }

    /** Of a session that shares nothing. */
    static SlotReserve none() {
        return new SlotReserve(0, FuseSettings.TRANSFER_LIMIT_BYTES);
    }

    /** One more for a session that has {@code taken}; null if there is none for it now. Locked. */
    @Nullable Slot take(int taken) {
        return taken < freeCount ? free[--freeCount] : null;
    }

    /** Locked. */
    void give(Slot slot) {
        free[freeCount++] = slot;
    }

    public long sizeBytes() {
        return memory.sizeBytes();
    }

    /** Less than {@link #sizeBytes} where the limit of locked memory is low. */
    public long lockedBytes() {
        return memory.lockedBytes();
    }

    /** Slots that no session has now. */
    public int free() {
        lock.lock();
        try {
            return freeCount;
        } finally {
            lock.unlock();
        }
    }

    /** Frees the memory, after all sessions have closed and their disks have answered. */
    @Override
    public void close() {
        if (free() < free.length) {
            throw new IllegalStateException("slots are in use");
        }
        memory.release();
    }
}
