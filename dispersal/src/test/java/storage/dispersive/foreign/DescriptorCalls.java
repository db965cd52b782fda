package storage.dispersive.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** What another process does to sockets before it hands them over. */
public final class DescriptorCalls {

    private static final int F_SETFL = 4;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle DUP =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("dup"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCNTL =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("fcntl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));

    private DescriptorCalls() {}

    /** dup(2). */
    public static int duplicate(int descriptor) {
        try {
            return (int) DUP.invokeExact(descriptor);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("dup", thrown);
        }
    }

    /** fcntl(2), F_SETFL without O_NONBLOCK. */
    public static void letWait(int descriptor) {
        try {
            int _ = (int) FCNTL.invokeExact(descriptor, F_SETFL, 0);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("fcntl", thrown);
        }
    }
}
