package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What all kinds of sockets have in common (socket(2), bind(2), connect(2), listen(2),
 * setsockopt(2)). Thread contract: any thread.
 */
final class SocketCalls {

    static final int STREAM = 1;
    static final int RAW = 3;
    static final int SEQUENCED_PACKETS = 5;
    static final int NONBLOCK = 0x800;
    static final int CLOEXEC = 0x80000;

    /** Of {@link #setOption} and {@link #getOption}: options of all sockets, socket(7). */
    static final int SOL_SOCKET = 1;

    private static final FunctionDescriptor WITH_ADDRESS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SOCKET =
            Downcall.link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = Downcall.link("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = Downcall.link("connect", WITH_ADDRESS);
    private static final MethodHandle LISTEN =
            Downcall.link("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            Downcall.link(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            Downcall.link(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private SocketCalls() {}

    /**
     * A socket that is close-on-exec.
     *
     * @param type one of the constants above, with {@link #NONBLOCK} if wanted
     */
    static Descriptor create(int family, int type, int protocol) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) SOCKET.invokeExact(cell, family, type | CLOEXEC, protocol);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        check(result, cell, "socket");
        return Descriptor.owning(result);
    }

    static void bind(Descriptor socket, MemorySegment address, String what) throws LinuxException {
        withAddress(BIND, socket, address, what);
    }

    static void connect(Descriptor socket, MemorySegment address, String what)
            throws LinuxException {
        withAddress(CONNECT, socket, address, what);
    }

    private static void withAddress(
            MethodHandle call, Descriptor socket, MemorySegment address, String what)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result =
                    (int)
                            call.invokeExact(
                                    cell, socket.number(), address, (int) address.byteSize());
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        check(result, cell, what);
    }

    static void listen(Descriptor socket, int backlog, String what) throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result = (int) LISTEN.invokeExact(cell, socket.number(), backlog);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        check(result, cell, what);
    }

    static void setOption(Descriptor socket, int level, int option, MemorySegment value)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result =
                    (int)
                            SETSOCKOPT.invokeExact(
                                    cell,
                                    socket.number(),
                                    level,
                                    option,
                                    value,
                                    (int) value.byteSize());
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        check(result, cell, "setsockopt");
    }

    /** Fills {@code value}, which has the option's length. */
    static void getOption(Descriptor socket, int level, int option, MemorySegment value)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            result =
                    (int)
                            GETSOCKOPT.invokeExact(
                                    cell, socket.number(), level, option, value, length);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        check(result, cell, "getsockopt");
    }

    private static void check(int result, MemorySegment cell, String what) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(what, Downcall.errno(cell));
        }
    }
}
