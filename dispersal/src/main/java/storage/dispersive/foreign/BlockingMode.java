package storage.dispersive.foreign;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Whether calls on a descriptor wait: fcntl(2), F_GETFL and F_SETFL, as Linux numbers them. */
public final class BlockingMode {

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int FIXED_ARGUMENTS = 2;

    private static final NativeLibrary LIBC =
            NativeLibrary.find(NativePreference.AUTO, "libc.so.6", "fcntl");
    private static final MethodHandle FCNTL =
            LIBC.link(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(FIXED_ARGUMENTS));

    private BlockingMode() {}

    /**
     * From now on no call on this open file waits, whoever makes it. By any thread.
     *
     * @throws IOException if the number is no open descriptor
     */
    public static void neverWait(int descriptor) throws IOException {
        int flags = fcntl(descriptor, F_GETFL, 0);
        if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) {
            throw new IOException(descriptor + " is no open descriptor");
        }
    }

    private static int fcntl(int descriptor, int command, int argument) {
        try {
            return (int) FCNTL.invokeExact(descriptor, command, argument);
        } catch (Throwable thrown) {
            throw NativeLibrary.rethrown("fcntl", thrown);
        }
    }
}
