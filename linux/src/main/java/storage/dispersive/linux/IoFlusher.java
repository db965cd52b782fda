package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * prctl(2) PR_SET_IO_FLUSHER: the calling thread serves a disk, so its own need of memory never
 * starts writing to a disk. Needs CAP_SYS_RESOURCE. Threads started later by this one inherit it.
 */
public final class IoFlusher {

    private static final int PR_SET_IO_FLUSHER = 57;
    private static final MethodHandle PRCTL =
            Downcall.link(
                    "prctl",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));

    private IoFlusher() {}

    /** Returns 0 or the negated errno (EPERM without the capability, EINVAL before Linux 5.6). */
    public static int enableForThisThread() {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) PRCTL.invokeExact(cell, PR_SET_IO_FLUSHER, 1L, 0L, 0L, 0L);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result == 0 ? 0 : -Downcall.errno(cell);
    }
}
