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
import java.util.OptionalInt;

/**
 * Hears every frame that arrives at any link of one network namespace (packet(7)), the one of the
 * thread that opened it. Frames that the namespace sends are not heard, so one that a bridge passes
 * from port to port is heard once. Segments that the kernel has not cut yet come as one long frame.
 *
 * <p>Thread contract: one platform thread at a time. Needs CAP_NET_RAW; a buffer beyond the
 * machine's limit needs CAP_NET_ADMIN.
 */
public final class PacketCapture implements AutoCloseable {

    /** No frame is longer: an IP packet, its Ethernet header and a tag. */
    public static final int MAX_FRAME_BYTES = (64 << 10) + 18;

    private static final int AF_PACKET = 17;
    private static final int ETH_P_ALL = 3;

    /** struct sockaddr_ll. */
    private static final int ADDRESS_BYTES = 20;

    private static final int PROTOCOL_OFFSET = 2;
    private static final int LINK_OFFSET = 4;

    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_IGNORE_OUTGOING = 23;

    /** struct tpacket_stats: packets, drops. */
    private static final int STATISTICS_BYTES = 8;

    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;

    private static final MethodHandle RECVFROM =
            Downcall.link(
                    "recvfrom",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));

    private final Descriptor descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment sender = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
    private final MemorySegment senderLength = arena.allocate(JAVA_INT);

    private PacketCapture(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Begins to hear.
     *
     * @param bufferBytes how much the kernel keeps until it is received, its own records included
     */
    public static PacketCapture open(int bufferBytes) throws LinuxException {
        // With no protocol nothing is heard before all is set.
        Descriptor socket = SocketCalls.create(AF_PACKET, SocketCalls.RAW, 0);
        try (Arena arena = Arena.ofConfined()) {
            SocketCalls.setOption(
                    socket,
                    SocketCalls.SOL_SOCKET,
                    SO_RCVBUFFORCE,
                    arena.allocateFrom(JAVA_INT, bufferBytes));
            SocketCalls.setOption(
                    socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, arena.allocateFrom(JAVA_INT, 1));
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_PACKET);
            address.set(JAVA_SHORT, PROTOCOL_OFFSET, Short.reverseBytes((short) ETH_P_ALL));
            SocketCalls.bind(socket, address, "hear all links");
            return new PacketCapture(socket);
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Waits for a frame, or for the event. */
    public Readiness.Outcome await(WakeEvent wake) throws LinuxException {
        try (Arena calling = Arena.ofConfined()) {
            return new Readiness(descriptor, wake, calling).await(Readiness.FOREVER);
        }
    }

    /**
     * Takes the next frame, from its Ethernet header on, if one is there. It is put to the buffer's
     * position, and the limit set behind it. The buffer is direct.
     *
     * @return the index of the link at which it arrived
     * @throws LinuxException EMSGSIZE if the frame is longer than the buffer
     */
    public OptionalInt receive(ByteBuffer frame) throws LinuxException {
        MemorySegment bytes = MemorySegment.ofBuffer(frame);
        MemorySegment cell = Downcall.cell();
        senderLength.set(JAVA_INT, 0, ADDRESS_BYTES);
        long result;
        try {
            result =
                    (long)
                            RECVFROM.invokeExact(
                                    cell,
                                    descriptor.number(),
                                    bytes,
                                    bytes.byteSize(),
                                    MSG_TRUNC | MSG_DONTWAIT,
                                    sender,
                                    senderLength);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            int errno = Downcall.errno(cell);
            if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
                return OptionalInt.empty();
            }
            throw new LinuxException("receive a frame", errno);
        }
        if (result > bytes.byteSize()) {
            throw new LinuxException("receive a frame of " + result + " bytes", Errno.EMSGSIZE);
        }
        frame.limit(frame.position() + Math.toIntExact(result));
        return OptionalInt.of(sender.get(JAVA_INT, LINK_OFFSET));
    }

    /** Frames that came since this was last asked and were lost, as the buffer was full. */
    public long lost() throws LinuxException {
        try (Arena calling = Arena.ofConfined()) {
            MemorySegment statistics = calling.allocate(STATISTICS_BYTES, Integer.BYTES);
            SocketCalls.getOption(descriptor, SOL_PACKET, PACKET_STATISTICS, statistics);
            return Integer.toUnsignedLong(statistics.get(JAVA_INT, Integer.BYTES));
        }
    }

    @Override
    public void close() {
        descriptor.close();
        arena.close();
    }
}
