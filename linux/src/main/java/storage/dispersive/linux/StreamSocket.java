package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * TCP sockets as bare descriptors, to be handed to another process (tcp(7)). They belong to the
 * network namespace of the thread that made them, and never block their next user.
 *
 * <p>Thread contract: any thread; {@link #connect} blocks and is for platform threads.
 */
public final class StreamSocket {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int ADDRESS_BYTES_4 = 16;
    private static final int ADDRESS_BYTES_6 = 28;
    private static final int PORT_OFFSET = 2;
    private static final int HOST_OFFSET_4 = 4;
    private static final int HOST_OFFSET_6 = 8;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int EINPROGRESS = 115;
    private static final int ETIMEDOUT = 110;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final short POLLOUT = 4;

    private static final FunctionDescriptor WITH_ADDRESS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final FunctionDescriptor WITH_NAME =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SOCKET =
            Downcall.link("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = Downcall.link("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = Downcall.link("connect", WITH_ADDRESS);
    private static final MethodHandle GETSOCKNAME = Downcall.link("getsockname", WITH_NAME);
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
    private static final MethodHandle POLL =
            Downcall.link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private StreamSocket() {}

    /** A socket that listens. EADDRNOTAVAIL if the address is not of this namespace. */
    public static Descriptor listen(InetSocketAddress address, int backlog) throws LinuxException {
        Descriptor socket = create(address);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            MemorySegment cell = Downcall.cell();
            MemorySegment name = write(address, arena);
            int number = socket.number();
            check(
                    (int)
                            SETSOCKOPT.invokeExact(
                                    cell, number, SOL_SOCKET, SO_REUSEADDR, on, Integer.BYTES),
                    "set SO_REUSEADDR");
            check(
                    (int) BIND.invokeExact(cell, number, name, (int) name.byteSize()),
                    "bind to " + address);
            check((int) LISTEN.invokeExact(cell, number, backlog), "listen at " + address);
            return socket;
        } catch (Throwable thrown) {
            socket.close();
            throw failed(thrown);
        }
    }

    /** A socket that is connected. ETIMEDOUT if nobody answers in time. */
    public static Descriptor connect(InetSocketAddress address, int timeoutMillis)
            throws LinuxException {
        Descriptor socket = create(address);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cell = Downcall.cell();
            MemorySegment name = write(address, arena);
            int result =
                    (int) CONNECT.invokeExact(cell, socket.number(), name, (int) name.byteSize());
            if (result != 0 && Downcall.errno(cell) != EINPROGRESS) {
                throw new LinuxException("connect to " + address, Downcall.errno(cell));
            }
            awaitConnected(socket, address, timeoutMillis, arena);
            return socket;
        } catch (Throwable thrown) {
            socket.close();
            throw failed(thrown);
        }
    }

    private static void awaitConnected(
            Descriptor socket, InetSocketAddress address, int timeoutMillis, Arena arena)
            throws Throwable {
        MemorySegment pollfd = arena.allocate(POLLFD_BYTES, Integer.BYTES);
        pollfd.set(JAVA_INT, 0, socket.number());
        pollfd.set(JAVA_SHORT, EVENTS_OFFSET, POLLOUT);
        MemorySegment cell = Downcall.cell();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int ready = 0;
        while (ready == 0) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMillis <= 0) {
                throw new LinuxException("connect to " + address, ETIMEDOUT);
            }
            ready = (int) POLL.invokeExact(cell, pollfd, 1L, (int) leftMillis);
            if (ready < 0 && Downcall.errno(cell) == Errno.EINTR) {
                ready = 0;
            }
            check(ready < 0 ? -1 : 0, "poll");
        }
        MemorySegment error = arena.allocate(JAVA_INT);
        MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
        check(
                (int)
                        GETSOCKOPT.invokeExact(
                                cell, socket.number(), SOL_SOCKET, SO_ERROR, error, length),
                "ask for a socket's error");
        if (error.get(JAVA_INT, 0) != 0) {
            throw new LinuxException("connect to " + address, error.get(JAVA_INT, 0));
        }
    }

    /** The address at which a socket is bound. */
    public static InetSocketAddress localAddress(Descriptor socket) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(ADDRESS_BYTES_6, Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_BYTES_6);
            check(
                    (int) GETSOCKNAME.invokeExact(Downcall.cell(), socket.number(), name, length),
                    "ask for a socket's address");
            return read(name);
        } catch (Throwable thrown) {
            throw failed(thrown);
        }
    }

    private static Descriptor create(InetSocketAddress address) throws LinuxException {
        int family = address.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
        MemorySegment cell = Downcall.cell();
        int number;
        try {
            number = (int) SOCKET.invokeExact(cell, family, SOCK_STREAM_NONBLOCK_CLOEXEC, 0);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (number < 0) {
            throw new LinuxException("socket", Downcall.errno(cell));
        }
        return Descriptor.owning(number);
    }

    /** struct sockaddr_in or sockaddr_in6. */
    private static MemorySegment write(InetSocketAddress address, Arena arena) {
        byte[] host = address.getAddress().getAddress();
        boolean six = address.getAddress() instanceof Inet6Address;
        MemorySegment name = arena.allocate(six ? ADDRESS_BYTES_6 : ADDRESS_BYTES_4, Long.BYTES);
        name.set(JAVA_SHORT, 0, (short) (six ? AF_INET6 : AF_INET));
        name.asByteBuffer()
                .order(ByteOrder.BIG_ENDIAN)
                .putShort(PORT_OFFSET, (short) address.getPort());
        MemorySegment.copy(
                host, 0, name, JAVA_BYTE, six ? HOST_OFFSET_6 : HOST_OFFSET_4, host.length);
        return name;
    }

    private static InetSocketAddress read(MemorySegment name) throws java.io.IOException {
        boolean six = name.get(JAVA_SHORT, 0) == AF_INET6;
        ByteBuffer bytes = name.asByteBuffer().order(ByteOrder.BIG_ENDIAN);
        byte[] host = new byte[six ? 16 : 4];
        bytes.get(six ? HOST_OFFSET_6 : HOST_OFFSET_4, host);
        int port = Short.toUnsignedInt(bytes.getShort(PORT_OFFSET));
        return new InetSocketAddress(InetAddress.getByAddress(host), port);
    }

    private static void check(int result, String what) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(what, Downcall.errno(Downcall.cell()));
        }
    }

    private static RuntimeException failed(Throwable thrown) throws LinuxException {
        if (thrown instanceof LinuxException e) {
            throw e;
        }
        throw Downcall.broken(thrown);
    }
}
