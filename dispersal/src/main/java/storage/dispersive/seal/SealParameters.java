package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layout of nonce and additional data, all big endian: nonce = seq, ordinal (12 bytes);
 * additional data = volume id, logical block, run id, seq (48 bytes).
 */
final class SealParameters {

    static final int NONCE_BYTES = Long.BYTES + Integer.BYTES;
    static final int ADDITIONAL_DATA_BYTES = 6 * Long.BYTES;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SealParameters() {}

    static void writeNonce(MemorySegment to, long seq, int ordinal) {
        to.set(LONG, 0, seq);
        to.set(INT, Long.BYTES, ordinal);
    }

    static void writeAdditionalData(
            MemorySegment to, long offset, RunKey key, long logicalBlock, long seq) {
        to.set(LONG, offset, key.volume().high());
        to.set(LONG, offset + 8, key.volume().low());
        to.set(LONG, offset + 16, logicalBlock);
        to.set(LONG, offset + 24, key.run().high());
        to.set(LONG, offset + 32, key.run().low());
        to.set(LONG, offset + 40, seq);
    }
}
