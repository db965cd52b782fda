package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An eventfd(2) that, once raised, stays readable: every thread that waits for it with {@link
 * Readiness} wakes, now and later. Thread contract: any thread.
 */
public final class WakeEvent implements AutoCloseable {

    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final MethodHandle EVENTFD =
            Downcall.link("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private final Descriptor descriptor;

    public WakeEvent() throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) EVENTFD.invokeExact(cell, 0, EFD_CLOEXEC | EFD_NONBLOCK);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("eventfd", Downcall.errno(cell));
        }
        descriptor = Descriptor.owning(result);
    }

    Descriptor descriptor() {
        return descriptor;
    }

    /** Wakes all that wait, for good. */
    public void raise() {
        try (Arena arena = Arena.ofConfined()) {
            // The counter cannot overflow by ones; an error would mean a closed descriptor.
            long _ = descriptor.write(arena.allocateFrom(JAVA_LONG, 1L));
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
