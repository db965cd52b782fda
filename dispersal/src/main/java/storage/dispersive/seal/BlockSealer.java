package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Seals and opens 4 KiB blocks with AES-256-GCM (NIST SP 800-38D): a sealed block is the ciphertext
 * and then the tag. It opens only as what it was sealed as: the additional data is volume id,
 * logical block, run id and seq, so a block given back for another address, volume, run or age is
 * refused. Where a block lies (attempt, width, portion) is not bound, so that it can be dispersed
 * again and moved without being opened.
 *
 * <p><b>The nonce never repeats under one key.</b> It is the stripe's seq (8 bytes, big endian) and
 * the block's ordinal in the stripe (4 bytes, big endian). The key belongs to one run of one engine
 * (derived from a random 128-bit run id), a run numbers its stripes without repeating, and a stripe
 * is sealed once: further attempts, completion by a later run, and cleaning reuse the sealed bytes.
 * The caller upholds exactly this: one {@code seal} for each (seq, ordinal) of a run.
 *
 * <p>Safe for all threads. Each thread keeps one context for sealing and one for opening, and sets
 * a key when it differs from the last one used, so call from few, long-lived threads; on the native
 * path no call allocates. Segments may be native or on the heap; native is faster. Plain and sealed
 * ranges must not overlap, and stay open and unchanged during a call.
 */
public final class BlockSealer {

    public static final int BLOCK_BYTES = 4096;
    public static final int TAG_BYTES = 16;
    public static final int SEALED_BYTES = BLOCK_BYTES + TAG_BYTES;

    private final RunKey key;
    private final GcmEngine engine;

    BlockSealer(RunKey key, GcmEngine engine) {
        this.key = key;
        this.engine = engine;
    }

    /** Who does the work, for status: {@code libcrypto 3.0.19} or {@code portable}. */
    public static String backend() {
        return GcmEngine.CHOSEN.label();
    }

    /**
     * Seals {@value #BLOCK_BYTES} bytes of {@code plain} into {@value #SEALED_BYTES} of {@code
     * sealed}.
     *
     * @throws IllegalArgumentException if seq is below 1, or ordinal or block is negative
     */
    public void seal(
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            long sealedOffset) {
        if (seq < 1 || ordinal < 0 || logicalBlock < 0) {
            throw new IllegalArgumentException(
                    "no such block: seq %d ordinal %d logical block %d"
                            .formatted(seq, ordinal, logicalBlock));
        }
        key.requireOpen();
        Objects.checkFromIndexSize(plainOffset, BLOCK_BYTES, plain.byteSize());
        Objects.checkFromIndexSize(sealedOffset, SEALED_BYTES, sealed.byteSize());
        engine.sealing()
                .seal(key, seq, ordinal, logicalBlock, plain, plainOffset, sealed, sealedOffset);
    }

    /**
     * Opens {@value #SEALED_BYTES} bytes of {@code sealed} into {@value #BLOCK_BYTES} of {@code
     * plain}.
     *
     * @return false if this is not what was sealed as this block of this volume, run and seq; then
     *     the destination is zeroed
     */
    public boolean open(
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment sealed,
            long sealedOffset,
            MemorySegment plain,
            long plainOffset) {
        key.requireOpen();
        Objects.checkFromIndexSize(sealedOffset, SEALED_BYTES, sealed.byteSize());
        Objects.checkFromIndexSize(plainOffset, BLOCK_BYTES, plain.byteSize());
        boolean authentic =
                engine.opening()
                        .open(
                                key,
                                seq,
                                ordinal,
                                logicalBlock,
                                sealed,
                                sealedOffset,
                                plain,
                                plainOffset);
        if (!authentic) {
            plain.asSlice(plainOffset, BLOCK_BYTES).fill((byte) 0);
        }
        return authentic;
    }
}
