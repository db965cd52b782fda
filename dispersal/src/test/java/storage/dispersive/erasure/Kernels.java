package storage.dispersive.erasure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import storage.dispersive.foreign.IsaL;

/** What the tests of both kernels share. */
final class Kernels {

    private Kernels() {}

    static void assumeUsable(Kernel kernel) {
        assumeTrue(
                kernel == Kernel.PORTABLE || IsaL.isPresent(),
                "libisal.so.2 is not installed (Debian: apt-get install libisal2), so the native"
                        + " erasure code is not tested");
    }

    static MemorySegment nativeCopy(byte[] bytes) {
        return unalignedCopy(bytes, 0);
    }

    /** A native copy that starts {@code skew} bytes after an address divisible by 64. */
    static MemorySegment unalignedCopy(byte[] bytes, int skew) {
        MemorySegment whole = Arena.ofAuto().allocate(bytes.length + skew + 1L, 64);
        MemorySegment copy = whole.asSlice(skew, bytes.length);
        copy.copyFrom(MemorySegment.ofArray(bytes));
        return copy;
    }

    static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
