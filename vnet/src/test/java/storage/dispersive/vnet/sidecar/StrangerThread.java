package storage.dispersive.vnet.sidecar;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Work of a user without rights. Linux keeps users per thread, and the bare system call changes no
 * other: credentials(7), "C library/kernel differences" of setresuid(2).
 */
final class StrangerThread {

    static final int NOBODY = 65_534;

    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final long SETRESUID = ARM ? 147 : 117;
    private static final long SETRESGID = ARM ? 149 : 119;
    private static final long SETGROUPS = ARM ? 159 : 116;

    private static final MethodHandle SYSCALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            find("syscall"),
                            FunctionDescriptor.of(
                                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                            Linker.Option.firstVariadicArg(1));

    private StrangerThread() {}

    static <T> T call(Callable<T> work) throws Exception {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    becomeNobody();
                    return work.call();
                });
        Thread.ofPlatform().name("stranger").daemon().start(task);
        return TwoSidecars.await(task);
    }

    private static void becomeNobody() {
        try {
            call(SETGROUPS, 0);
            call(SETRESGID, NOBODY);
            call(SETRESUID, NOBODY);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(long number, long argument) throws Throwable {
        long result = (long) SYSCALL.invokeExact(number, argument, argument, argument);
        if (result != 0) {
            throw new IllegalStateException("system call " + number + " failed");
        }
    }

    private static MemorySegment find(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
    }
}
