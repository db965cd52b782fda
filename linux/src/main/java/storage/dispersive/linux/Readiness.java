package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;

/**
 * poll(2) of one descriptor and a {@link WakeEvent}. The pollfd array is allocated once.
 *
 * <p>Thread contract: one thread, a platform thread since the call blocks in native code.
 */
public final class Readiness {

    /** What ended a wait. */
    public enum Outcome {
        /** The descriptor has input or an error; the next read tells which. */
        READY,
        /** The event was raised. */
        WOKEN,
        /** The time passed, or a signal came. */
        NOTHING
    }

    public static final int FOREVER = -1;

    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int REVENTS_OFFSET = 6;
    private static final short POLLIN = 1;
    private static final short POLLERR = 8;
    private static final short POLLHUP = 16;
    private static final MethodHandle POLL =
            Downcall.link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private final MemorySegment pollfds;

    public Readiness(Descriptor descriptor, WakeEvent wake, SegmentAllocator allocator) {
        pollfds = allocator.allocate(2 * POLLFD_BYTES, Integer.BYTES);
        pollfds.set(JAVA_INT, 0, descriptor.number());
        pollfds.set(JAVA_SHORT, EVENTS_OFFSET, POLLIN);
        pollfds.set(JAVA_INT, POLLFD_BYTES, wake.descriptor().number());
        pollfds.set(JAVA_SHORT, POLLFD_BYTES + EVENTS_OFFSET, POLLIN);
    }

    /**
     * Whether the other side of a descriptor has ended, asked without waiting. For one of /dev/fuse
     * that means that the connection was aborted or unmounted.
     */
    public static boolean hasEnded(Descriptor descriptor) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfd = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            pollfd.set(JAVA_INT, 0, descriptor.number());
            int result = (int) POLL.invokeExact(cell, pollfd, 1L, 0);
            if (result < 0) {
                throw new LinuxException("poll", Downcall.errno(cell));
            }
            return (pollfd.get(JAVA_SHORT, REVENTS_OFFSET) & (POLLERR | POLLHUP)) != 0;
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
    }

    /** Waits at most the given time; {@link #FOREVER} for no limit. */
    public Outcome await(int timeoutMillis) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) POLL.invokeExact(cell, pollfds, 2L, timeoutMillis);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            int errno = Downcall.errno(cell);
            if (errno == Errno.EINTR) {
                return Outcome.NOTHING;
            }
            throw new LinuxException("poll", errno);
        }
        if (pollfds.get(JAVA_SHORT, POLLFD_BYTES + REVENTS_OFFSET) != 0) {
            return Outcome.WOKEN;
        }
        return pollfds.get(JAVA_SHORT, REVENTS_OFFSET) != 0 ? Outcome.READY : Outcome.NOTHING;
    }
}
