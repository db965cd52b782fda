package storage.dispersive.blockdevice.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import storage.dispersive.linux.MemoryLock;

/** The memory of some slots, touched and locked once. Thread contract: any thread. */
final class SlotMemory {

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final Slot[] slots;
    private final long lockedBytes;

    SlotMemory(int count, int maxTransferBytes) {
        long stride = Slot.strideBytes(maxTransferBytes);
        slots = new Slot[count];
        memory = arena.allocate(stride * count, Slot.PAGE_BYTES);
        // Touches every page: with a SIGKILL pending the kernel faults none in.
        memory.fill((byte) 0);
        long locked = 0;
        for (int index = 0; index < count; index++) {
            MemorySegment slice = memory.asSlice(index * stride, stride);
            locked += MemoryLock.lock(slice) == 0 ? stride : 0;
            // Backwards, so that the first to be locked is the first to be taken.
            slots[count - 1 - index] = new Slot(this, slice);
        }
        lockedBytes = locked;
    }

    /** Those that are to be taken first come last. */
    Slot[] slots() {
        return slots.clone();
    }

    long sizeBytes() {
        return memory.byteSize();
    }

    long lockedBytes() {
        return lockedBytes;
    }

    /** Only when no slot is used any more, or a disk would write into other's memory. */
    void release() {
        MemoryLock.unlock(memory);
        arena.close();
    }
}
