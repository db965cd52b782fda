package storage.dispersive.seal;

import java.lang.foreign.MemorySegment;

/** HMAC-SHA256 for one thread; {@link HeaderMac} has checked the ranges. */
sealed interface MacContext permits LibcryptoMac, JdkMac {

    /** The whole MAC of 32 bytes; the next call overwrites it. */
    MemorySegment compute(RunKey key, MemorySegment header, long offset, long length);
}
