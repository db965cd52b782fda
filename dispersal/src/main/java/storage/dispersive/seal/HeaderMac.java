package storage.dispersive.seal;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Authenticates headers with HMAC-SHA256 (RFC 2104) under the run's header key, truncated to its
 * first {@value #MAC_BYTES} bytes. Safe for all threads; each keeps one context, keyed for the run
 * last used. Segments may be native or on the heap, and stay open and unchanged during a call.
 */
public final class HeaderMac {

    public static final int MAC_BYTES = 16;

    private final RunKey key;
    private final MacEngine engine;

    HeaderMac(RunKey key, MacEngine engine) {
        this.key = key;
        this.engine = engine;
    }

    /** Writes the MAC of {@code length} bytes of {@code header} to {@code mac}. */
    public void compute(
            MemorySegment header, long offset, long length, MemorySegment mac, long macOffset) {
        Objects.checkFromIndexSize(macOffset, MAC_BYTES, mac.byteSize());
        MemorySegment.copy(full(header, offset, length), 0, mac, macOffset, MAC_BYTES);
    }

    /** Whether {@code mac} holds the MAC of these bytes; compares in constant time. */
    public boolean verify(
            MemorySegment header, long offset, long length, MemorySegment mac, long macOffset) {
        Objects.checkFromIndexSize(macOffset, MAC_BYTES, mac.byteSize());
        MemorySegment expected = full(header, offset, length);
        // Both halves are compared whatever the first one gives.
        long difference =
                (expected.get(JAVA_LONG_UNALIGNED, 0) ^ mac.get(JAVA_LONG_UNALIGNED, macOffset))
                        | (expected.get(JAVA_LONG_UNALIGNED, Long.BYTES)
                                ^ mac.get(JAVA_LONG_UNALIGNED, macOffset + Long.BYTES));
        return difference == 0;
    }

    private MemorySegment full(MemorySegment header, long offset, long length) {
        key.requireOpen();
        Objects.checkFromIndexSize(offset, length, header.byteSize());
        return engine.context().compute(key, header, offset, length);
    }
}
