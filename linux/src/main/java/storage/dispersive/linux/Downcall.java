package storage.dispersive.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.stream.Stream;

/**
 * Links functions of the C library so that errno is captured: the handle's first argument is the
 * calling thread's {@link #cell()}, in which {@link #errno} finds the number afterwards.
 */
final class Downcall {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(PathElement.groupElement("errno"));

    // One cell per thread: a cell of the collector's arena lives as long as its thread.
    private static final ThreadLocal<MemorySegment> CELL =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private Downcall() {}

    static MethodHandle link(
            String function, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment address =
                LINKER.defaultLookup()
                        .find(function)
                        .orElseThrow(() ->
                                new UnsupportedOperationException(
                                        "the C library has no " + function + "; this needs Linux"));
        Linker.Option[] all =
                Stream.concat(
                                Stream.of(Linker.Option.captureCallState("errno")),
                                Stream.of(options))
                        .toArray(Linker.Option[]::new);
        return LINKER.downcallHandle(address, descriptor, all);
    }

    static MemorySegment cell() {
        return CELL.get();
    }

    static int errno(MemorySegment cell) {
        return cell.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /** Downcalls throw nothing of their own; what arrives here is an error of the JVM or a bug. */
    static RuntimeException broken(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        return new IllegalStateException("a native call threw", thrown);
    }
}
