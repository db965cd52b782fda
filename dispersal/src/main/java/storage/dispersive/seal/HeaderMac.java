package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Objects;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates headers with HMAC-SHA256 (RFC 2104) under the run's header key, truncated to its
 * first {@value #MAC_BYTES} bytes. Safe for all threads; each keeps one MAC, keyed for the run last
 * used. Segments may be native or on the heap.
 */
public final class HeaderMac {

    public static final int MAC_BYTES = 16;

    private static final ThreadLocal<KeyedMac> MACS = ThreadLocal.withInitial(KeyedMac::new);

    private final RunKey key;

    HeaderMac(RunKey key) {
        this.key = key;
    }

    /** Writes the MAC of {@code length} bytes of {@code header} to {@code mac}. */
    public void compute(
            MemorySegment header, long offset, long length, MemorySegment mac, long macOffset) {
        Objects.checkFromIndexSize(offset, length, header.byteSize());
        Objects.checkFromIndexSize(macOffset, MAC_BYTES, mac.byteSize());
        KeyedMac keyed = MACS.get();
        keyed.compute(key, header, offset, length);
        MemorySegment.copy(keyed.fullView, 0, mac, macOffset, MAC_BYTES);
    }

    /** Whether {@code mac} holds the MAC of these bytes; compares in constant time. */
    public boolean verify(
            MemorySegment header, long offset, long length, MemorySegment mac, long macOffset) {
        Objects.checkFromIndexSize(offset, length, header.byteSize());
        Objects.checkFromIndexSize(macOffset, MAC_BYTES, mac.byteSize());
        KeyedMac keyed = MACS.get();
        keyed.compute(key, header, offset, length);
        MemorySegment.copy(keyed.fullView, 0, keyed.expectedView, 0, MAC_BYTES);
        MemorySegment.copy(mac, macOffset, keyed.givenView, 0, MAC_BYTES);
        return MessageDigest.isEqual(keyed.expected, keyed.given);
    }

    /** One thread's MAC and its buffers. */
    private static final class KeyedMac {

        private static final int HMAC_BYTES = 32;
        private static final int STAGING_BYTES = 512;

        private final Mac mac;
        private final byte[] staging = new byte[STAGING_BYTES];
        private final byte[] full = new byte[HMAC_BYTES];
        private final byte[] expected = new byte[MAC_BYTES];
        private final byte[] given = new byte[MAC_BYTES];
        private final MemorySegment stagingView = MemorySegment.ofArray(staging);
        private final MemorySegment fullView = MemorySegment.ofArray(full);
        private final MemorySegment expectedView = MemorySegment.ofArray(expected);
        private final MemorySegment givenView = MemorySegment.ofArray(given);
        private @Nullable RunKey keyed;

        KeyedMac() {
            try {
                this.mac = Mac.getInstance("HmacSHA256");
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("HmacSHA256 is part of every JDK", impossible);
            }
        }

        void compute(RunKey key, MemorySegment header, long offset, long length) {
            key.requireOpen();
            try {
                if (key != keyed) {
                    keyed = null;
                    mac.init(key.headerKey());
                    keyed = key;
                }
                long end = offset + length;
                for (long at = offset; at < end; at += STAGING_BYTES) {
                    int bytes = (int) Math.min(STAGING_BYTES, end - at);
                    MemorySegment.copy(header, at, stagingView, 0, bytes);
                    mac.update(staging, 0, bytes);
                }
                mac.doFinal(full, 0);
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("HMAC-SHA256 takes every key", impossible);
            }
        }
    }
}
