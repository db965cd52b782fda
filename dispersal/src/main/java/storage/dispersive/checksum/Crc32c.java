package storage.dispersive.checksum;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.zip.CRC32C;
import storage.dispersive.foreign.IsaL;

/**
 * CRC32C (Castagnoli; RFC 3720, appendix B.4) of a range of a native or heap segment: the value
 * that {@link CRC32C} gives. It finds accidents, not forgeries. Stateless, safe for all threads; a
 * segment of a shared arena must stay open during the call.
 */
public final class Crc32c {

    /** ByteBuffer cannot view more than an int's worth of bytes at once. */
    private static final int PORTABLE_RANGE_BYTES = 1 << 30;

    private static final boolean NATIVE = IsaL.isPresent();

    private Crc32c() {}

    /** The checksum of {@code length} bytes from {@code offset}; 0 for an empty range. */
    public static int of(MemorySegment segment, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        return NATIVE ? IsaL.crc32c(segment, offset, length) : portable(segment, offset, length);
    }

    /** The checksum of the whole segment. */
    public static int of(MemorySegment segment) {
        return of(segment, 0, segment.byteSize());
    }

    /** For status: {@code isa-l 2.30} or {@code portable}. */
    public static String backend() {
        return NATIVE ? IsaL.name() : "portable";
    }

    static int portable(MemorySegment segment, long offset, long length) {
        CRC32C checksum = new CRC32C();
        long end = offset + length;
        for (long at = offset; at < end; at += PORTABLE_RANGE_BYTES) {
            checksum.update(
                    segment.asSlice(at, Math.min(PORTABLE_RANGE_BYTES, end - at)).asByteBuffer());
        }
        return (int) checksum.getValue();
    }
}
