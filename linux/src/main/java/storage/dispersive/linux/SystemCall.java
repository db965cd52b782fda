package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * syscall(2), for calls that C libraries in use do not have yet. Their numbers are the same on all
 * machines since Linux 5.1 (asm-generic/unistd.h). Thread contract: any thread.
 */
final class SystemCall {

    static final long OPEN_TREE = 428;
    static final long MOVE_MOUNT = 429;
    static final long OPENAT2 = 437;
    static final long MOUNT_SETATTR = 442;

    private static final int ARGUMENTS = 5;
    private static final MethodHandle SYSCALL =
            Downcall.link(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));

    private SystemCall() {}

    /**
     * Returns the call's result, 0 or more, or the negated errno.
     *
     * @param arguments at most five, numbers and addresses
     */
    static long call(long number, long... arguments) {
        long[] all = new long[ARGUMENTS];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        MemorySegment cell = Downcall.cell();
        long result;
        try {
            result =
                    (long)
                            SYSCALL.invokeExact(
                                    cell, number, all[0], all[1], all[2], all[3], all[4]);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result >= 0 ? result : -Downcall.errno(cell);
    }
}
