package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/** One thread's HMAC of the JDK, keyed for the run last used. */
final class JdkMac implements MacContext {

    private static final int HMAC_BYTES = 32;
    private static final int STAGING_BYTES = 512;

    private final Mac mac;
    private final byte[] staging = new byte[STAGING_BYTES];
    private final byte[] full = new byte[HMAC_BYTES];
    private final MemorySegment stagingView = MemorySegment.ofArray(staging);
    private final MemorySegment fullView = MemorySegment.ofArray(full);
    private @Nullable RunKey keyed;

    JdkMac() {
        try {
            this.mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", impossible);
        }
    }

    @Override
    public MemorySegment compute(RunKey key, MemorySegment header, long offset, long length) {
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
            return fullView;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HMAC-SHA256 takes every key", impossible);
        }
    }
}
