package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * A netlink(7) socket. It belongs to the network namespace of the thread that opened it, whichever
 * thread uses it later.
 *
 * <p>Thread contract: one thread at a time. A request is done while it is sent, which waits for the
 * kernel's own work without a limit; for an answer it waits at most {@value #TIMEOUT_SECONDS} s.
 */
public final class NetlinkSocket implements AutoCloseable {

    /** What a socket speaks of; numbers of linux/netlink.h. */
    public enum Family {
        ROUTE(0),
        NETFILTER(12);

        private final int number;

        Family(int number) {
            this.number = number;
        }
    }

    private static final int TIMEOUT_SECONDS = 10;
    private static final int AF_NETLINK = 16;
    private static final int ADDRESS_BYTES = 12;
    private static final int SO_RCVTIMEO = 20;
    private static final int TIMEVAL_BYTES = 16;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int MSG_TRUNC = 0x20;

    private static final FunctionDescriptor TRANSFER =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND = Downcall.link("send", TRANSFER);
    private static final MethodHandle RECV = Downcall.link("recv", TRANSFER);

    private final Descriptor descriptor;

    private NetlinkSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Opens a socket in the calling thread's network namespace. */
    public static NetlinkSocket open(Family family) throws LinuxException {
        Descriptor socket = SocketCalls.create(AF_NETLINK, SocketCalls.RAW, family.number);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            SocketCalls.bind(socket, address, "bind a netlink socket");
            MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
            time.set(JAVA_LONG, 0, TIMEOUT_SECONDS);
            SocketCalls.setOption(socket, SocketCalls.SOL_SOCKET, SO_RCVTIMEO, time);
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            // Errors come with a sentence of the kernel's, and without a copy of the request.
            SocketCalls.setOption(socket, SOL_NETLINK, NETLINK_CAP_ACK, on);
            SocketCalls.setOption(socket, SOL_NETLINK, NETLINK_EXT_ACK, on);
            return new NetlinkSocket(socket);
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends what remains of a buffer as one datagram. The buffer is direct. */
    public void send(ByteBuffer datagram) throws LinuxException {
        MemorySegment bytes = MemorySegment.ofBuffer(datagram);
        MemorySegment cell = Downcall.cell();
        long result;
        try {
            result = (long) SEND.invokeExact(cell, descriptor.number(), bytes, bytes.byteSize(), 0);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("send to the kernel", Downcall.errno(cell));
        }
        datagram.position(datagram.limit());
    }

    /**
     * Receives one datagram from the buffer's position on, and sets its limit behind it. The buffer
     * is direct; 32 KiB are enough for whatever the kernel sends.
     */
    public void receive(ByteBuffer buffer) throws LinuxException {
        MemorySegment bytes = MemorySegment.ofBuffer(buffer);
        MemorySegment cell = Downcall.cell();
        long result;
        do {
            // A signal interrupts a receive that has a time limit; the answer comes all the same.
            try {
                result =
                        (long)
                                RECV.invokeExact(
                                        cell,
                                        descriptor.number(),
                                        bytes,
                                        bytes.byteSize(),
                                        MSG_TRUNC);
            } catch (Throwable thrown) {
                throw Downcall.broken(thrown);
            }
        } while (result < 0 && Downcall.errno(cell) == Errno.EINTR);
        if (result < 0) {
            throw new LinuxException("receive from the kernel", Downcall.errno(cell));
        }
        if (result > bytes.byteSize()) {
            throw new LinuxException("receive from the kernel, answer too long", Errno.EPROTO);
        }
        buffer.limit(buffer.position() + Math.toIntExact(result));
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
