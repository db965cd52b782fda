package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * mlock(2) and munlock(2): pages that are never faulted in again. Without CAP_IPC_LOCK the limit is
 * RLIMIT_MEMLOCK, often 8 MiB. Thread contract: any thread.
 */
public final class MemoryLock {

    private static final FunctionDescriptor RANGE =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle MLOCK = Downcall.link("mlock", RANGE);
    private static final MethodHandle MUNLOCK = Downcall.link("munlock", RANGE);

    private static final MethodHandle MLOCKALL =
            Downcall.link("mlockall", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT (Linux 4.4). */
    private static final int ALL_THAT_IS_TOUCHED = 1 | 2 | 4;

    private MemoryLock() {}

    /**
     * mlockall(2): all pages of this process that are there, and later ones as soon as they are
     * touched. Only for who has CAP_IPC_LOCK: with a limit, getting memory would fail beyond it.
     * Returns 0 or the negated errno.
     */
    public static int lockAllThatIsTouched() {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) MLOCKALL.invokeExact(cell, ALL_THAT_IS_TOUCHED);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result == 0 ? 0 : -Downcall.errno(cell);
    }

    /** Locks whole pages; returns 0 or the negated errno (ENOMEM or EPERM: the limit). */
    public static int lock(MemorySegment pages) {
        return call(MLOCK, pages);
    }

    /** Undoes {@link #lock}; returns 0 or the negated errno. */
    public static int unlock(MemorySegment pages) {
        return call(MUNLOCK, pages);
    }

    private static int call(MethodHandle handle, MemorySegment pages) {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) handle.invokeExact(cell, pages, pages.byteSize());
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result == 0 ? 0 : -Downcall.errno(cell);
    }
}
