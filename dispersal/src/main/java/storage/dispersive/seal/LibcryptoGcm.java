package storage.dispersive.seal;

import static storage.dispersive.seal.BlockSealer.BLOCK_BYTES;
import static storage.dispersive.seal.BlockSealer.SEALED_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import storage.dispersive.foreign.AesGcmContext;

/** One thread's context in libcrypto, keyed for the run last used. */
final class LibcryptoGcm implements GcmContext {

    private final AesGcmContext context;
    private @Nullable RunKey keyed;
    private @Nullable MemorySegment staging;

    private LibcryptoGcm(AesGcmContext context) {
        this.context = context;
    }

    static LibcryptoGcm forSealing() {
        return new LibcryptoGcm(AesGcmContext.forSealing(SealParameters.ADDITIONAL_DATA_BYTES));
    }

    static LibcryptoGcm forOpening() {
        return new LibcryptoGcm(AesGcmContext.forOpening(SealParameters.ADDITIONAL_DATA_BYTES));
    }

    @Override
    public void seal(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment plain,
            long plainOffset,
            MemorySegment sealed,
            long sealedOffset) {
        prepare(key, seq, ordinal, logicalBlock);
        if (plain.isNative() && sealed.isNative()) {
            context.seal(plain, plainOffset, sealed, sealedOffset, BLOCK_BYTES);
            return;
        }
        MemorySegment stage = staging();
        MemorySegment.copy(plain, plainOffset, stage, 0, BLOCK_BYTES);
        context.seal(stage, 0, stage, BLOCK_BYTES, BLOCK_BYTES);
        MemorySegment.copy(stage, BLOCK_BYTES, sealed, sealedOffset, SEALED_BYTES);
    }

    @Override
    public boolean open(
            RunKey key,
            long seq,
            int ordinal,
            long logicalBlock,
            MemorySegment sealed,
            long sealedOffset,
            MemorySegment plain,
            long plainOffset) {
        prepare(key, seq, ordinal, logicalBlock);
        if (plain.isNative() && sealed.isNative()) {
            return context.open(sealed, sealedOffset, plain, plainOffset, BLOCK_BYTES);
        }
        MemorySegment stage = staging();
        MemorySegment.copy(sealed, sealedOffset, stage, BLOCK_BYTES, SEALED_BYTES);
        if (!context.open(stage, BLOCK_BYTES, stage, 0, BLOCK_BYTES)) {
            return false;
        }
        MemorySegment.copy(stage, 0, plain, plainOffset, BLOCK_BYTES);
        return true;
    }

    private void prepare(RunKey key, long seq, int ordinal, long logicalBlock) {
        if (key != keyed) {
            keyed = null;
            byte[] bytes = key.sealingKey().getEncoded();
            try {
                context.setKey(bytes);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
            keyed = key;
        }
        MemorySegment parameters = context.parameters();
        SealParameters.writeNonce(parameters, seq, ordinal);
        SealParameters.writeAdditionalData(
                parameters, AesGcmContext.ADDITIONAL_DATA_OFFSET, key, logicalBlock, seq);
    }

    /** A plain and a sealed block outside the heap, for segments on it. */
    private MemorySegment staging() {
        MemorySegment stage = staging;
        if (stage == null) {
            stage = Arena.ofAuto().allocate(BLOCK_BYTES + SEALED_BYTES, 64);
            staging = stage;
        }
        return stage;
    }
}
