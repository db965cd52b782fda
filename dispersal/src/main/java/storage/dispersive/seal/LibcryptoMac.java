package storage.dispersive.seal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import storage.dispersive.foreign.HmacSha256Context;

/** One thread's HMAC in libcrypto, keyed for the run last used. */
final class LibcryptoMac implements MacContext {

    /** Headers on the heap that are longer than this are copied out anew each time. */
    private static final int STAGING_BYTES = 4096;

    private final HmacSha256Context context = new HmacSha256Context();
    private final MemorySegment staging = Arena.ofAuto().allocate(STAGING_BYTES);
    private @Nullable RunKey keyed;

    @Override
    public MemorySegment compute(RunKey key, MemorySegment header, long offset, long length) {
        if (key != keyed) {
            keyed = null;
            byte[] bytes = key.headerKey().getEncoded();
            try {
                context.setKey(bytes);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
            keyed = key;
        }
        if (header.isNative()) {
            return context.compute(header, offset, length);
        }
        MemorySegment copy = length <= STAGING_BYTES ? staging : Arena.ofAuto().allocate(length);
        MemorySegment.copy(header, offset, copy, 0, length);
        return context.compute(copy, 0, length);
    }
}
