package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;

/** AES-256-GCM of blocks for one thread; {@link BlockSealer} has checked the ranges. */
sealed interface GcmContext permits LibcryptoGcm, JdkGcm {

    void seal(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            long sealedOffset);

    /** False if the block is not authentic; the destination may then hold anything. */
    boolean open(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment sealed,
            long sealedOffset,
            MemorySegment plain,
            long plainOffset);
}
