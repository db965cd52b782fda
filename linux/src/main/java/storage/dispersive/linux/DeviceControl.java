package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** ioctl(2) with a number or with a structure. Thread contract: any thread. */
public final class DeviceControl {

    private static final MethodHandle WITH_NUMBER =
            Downcall.link(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle WITH_STRUCTURE =
            Downcall.link(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    private DeviceControl() {}

    /** Returns the call's result, 0 or more, or the negated errno. */
    public static int call(Descriptor device, int request, long argument) {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            // Requests are unsigned long in C.
            result =
                    (int)
                            WITH_NUMBER.invokeExact(
                                    cell,
                                    device.number(),
                                    Integer.toUnsignedLong(request),
                                    argument);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result >= 0 ? result : -Downcall.errno(cell);
    }

    /** As {@link #call(Descriptor, int, long)}, with a structure that the kernel reads or fills. */
    public static int call(Descriptor device, int request, MemorySegment structure) {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result =
                    (int)
                            WITH_STRUCTURE.invokeExact(
                                    cell,
                                    device.number(),
                                    Integer.toUnsignedLong(request),
                                    structure);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        return result >= 0 ? result : -Downcall.errno(cell);
    }
}
