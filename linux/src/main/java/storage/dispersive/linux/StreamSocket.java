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
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * TCP sockets as bare descriptors, to be handed to another process (tcp(7)). They belong to the
 * network namespace of the thread that made them, and never block their next user.
 *
 * <p>They control congestion by cubic from the start, where the kernel has it. Within one cluster
 * it is faster than bbr, which some machines have as default, and it must be chosen before there is
 * a connection: one that began with bbr is paced by timers for good, whatever it is told later.
 * With twelve connections that were told too late, 43,000 timers went off in the 6 s of a
 * sequential write, and a seventh of the throughput was lost.
 *
 * <p>Thread contract: any thread; {@link #connect} and {@link #awaitConnected} block and are for
 * platform threads.
 */
public final class StreamSocket {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ADDRESS_BYTES_4 = 16;
    private static final int ADDRESS_BYTES_6 = 28;
    private static final int PORT_OFFSET = 2;
    private static final int HOST_OFFSET_4 = 4;
    private static final int HOST_OFFSET_6 = 8;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CONGESTION = 13;
    private static final byte[] CUBIC = "cubic".getBytes(StandardCharsets.US_ASCII);
    private static final int EINPROGRESS = 115;
    private static final int ETIMEDOUT = 110;
    private static final int POLLFD_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final short POLLOUT = 4;

    private static final String CONNECT = "connect";

    private static final MethodHandle POLL =
            Downcall.link("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private StreamSocket() {}

    /** A socket that listens. EADDRNOTAVAIL if the address is not of this namespace. */
    public static Descriptor listen(InetSocketAddress address, int backlog) throws LinuxException {
        Descriptor socket = create(address);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            SocketCalls.setOption(socket, SocketCalls.SOL_SOCKET, SO_REUSEADDR, on);
            SocketCalls.bind(socket, write(address, arena), "bind to " + address);
            SocketCalls.listen(socket, backlog, "listen at " + address);
            return socket;
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A socket that is connected. ETIMEDOUT if nobody answers in time. */
    public static Descriptor connect(InetSocketAddress address, int timeoutMillis)
            throws LinuxException {
        Descriptor socket = beginConnect(address);
        try {
            awaitConnected(socket, timeoutMillis);
            return socket;
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** A socket that is being connected; it does not wait for that. */
    public static Descriptor beginConnect(InetSocketAddress address) throws LinuxException {
        Descriptor socket = create(address);
        try (Arena arena = Arena.ofConfined()) {
            begin(socket, write(address, arena), "connect to " + address);
            return socket;
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Waits until the socket is connected. ETIMEDOUT if nobody answers in time. */
    public static void awaitConnected(Descriptor socket, int timeoutMillis) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            awaitWritable(socket, CONNECT, timeoutMillis, arena);
            MemorySegment error = arena.allocate(JAVA_INT);
            SocketCalls.getOption(socket, SocketCalls.SOL_SOCKET, SO_ERROR, error);
            if (error.get(JAVA_INT, 0) != 0) {
                throw new LinuxException(CONNECT, error.get(JAVA_INT, 0));
            }
        }
    }

    private static void begin(Descriptor socket, MemorySegment address, String what)
            throws LinuxException {
        try {
            SocketCalls.connect(socket, address, what);
        } catch (LinuxException e) {
            if (e.errno() != EINPROGRESS) {
                throw e;
            }
        }
    }

    private static void awaitWritable(
            Descriptor socket, String what, int timeoutMillis, Arena arena) throws LinuxException {
        MemorySegment pollfd = arena.allocate(POLLFD_BYTES, Integer.BYTES);
        pollfd.set(JAVA_INT, 0, socket.number());
        pollfd.set(JAVA_SHORT, EVENTS_OFFSET, POLLOUT);
        MemorySegment cell = Downcall.cell();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int ready = 0;
        while (ready == 0) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMillis <= 0) {
                throw new LinuxException(what, ETIMEDOUT);
            }
            try {
                ready = (int) POLL.invokeExact(cell, pollfd, 1L, (int) leftMillis);
            } catch (Throwable thrown) {
                throw Downcall.broken(thrown);
            }
            if (ready < 0 && Downcall.errno(cell) == Errno.EINTR) {
                ready = 0;
            }
        }
        if (ready < 0) {
            throw new LinuxException("poll", Downcall.errno(cell));
        }
    }

    private static Descriptor create(InetSocketAddress address) throws LinuxException {
        int family = address.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
        Descriptor socket =
                SocketCalls.create(family, SocketCalls.STREAM | SocketCalls.NONBLOCK, 0);
        try {
            preferCubic(socket);
            return socket;
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static void preferCubic(Descriptor socket) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cubic = arena.allocateFrom(JAVA_BYTE, CUBIC);
            SocketCalls.setOption(socket, IPPROTO_TCP, TCP_CONGESTION, cubic);
        } catch (LinuxException e) {
            // Not loaded, or not allowed here: the machine's default serves too.
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EPERM) {
                throw e;
            }
        }
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
}
