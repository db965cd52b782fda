package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * One message of a {@link PacketSocket}: its bytes and the descriptor that came with it, which now
 * belongs to the receiver. Layouts are those of sendmsg(2) and cmsg(3) on 64-bit Linux.
 */
public final class PacketMessage {

    private static final int MSGHDR_BYTES = 56;
    private static final int IOV_OFFSET = 16;
    private static final int IOV_COUNT_OFFSET = 24;
    private static final int CONTROL_OFFSET = 32;
    private static final int CONTROL_LENGTH_OFFSET = 40;
    private static final int FLAGS_OFFSET = 48;
    private static final int IOVEC_BYTES = 16;

    private static final int CMSG_LEVEL_OFFSET = 8;
    private static final int CMSG_TYPE_OFFSET = 12;
    private static final int CMSG_DATA_OFFSET = 16;
    private static final long CMSG_LENGTH_OF_ONE = 20;
    private static final int CMSG_SPACE_OF_ONE = 24;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final FunctionDescriptor MESSAGE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SENDMSG = Downcall.link("sendmsg", MESSAGE);
    private static final MethodHandle RECVMSG = Downcall.link("recvmsg", MESSAGE);

    private final byte[] bytes;
    private final Optional<Descriptor> descriptor;

    private PacketMessage(byte[] bytes, Optional<Descriptor> descriptor) {
        this.bytes = bytes;
        this.descriptor = descriptor;
    }

    /** The message, at least one byte; the caller's own. */
    public byte[] bytes() {
        return bytes;
    }

    public Optional<Descriptor> descriptor() {
        return descriptor;
    }

    static void send(Descriptor socket, byte[] bytes, Optional<Descriptor> passed)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        long result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = header(arena, arena.allocateFrom(JAVA_BYTE, bytes));
            if (passed.isPresent()) {
                MemorySegment control = attachControl(arena, header);
                control.set(JAVA_LONG, 0, CMSG_LENGTH_OF_ONE);
                control.set(JAVA_INT, CMSG_LEVEL_OFFSET, SOL_SOCKET);
                control.set(JAVA_INT, CMSG_TYPE_OFFSET, SCM_RIGHTS);
                control.set(JAVA_INT, CMSG_DATA_OFFSET, passed.get().number());
            }
            result = (long) SENDMSG.invokeExact(cell, socket.number(), header, MSG_NOSIGNAL);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("sendmsg", Downcall.errno(cell));
        }
    }

    static Optional<PacketMessage> receive(Descriptor socket, int limitBytes)
            throws LinuxException {
        MemorySegment cell = Downcall.cell();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(limitBytes);
            MemorySegment header = header(arena, bytes);
            MemorySegment control = attachControl(arena, header);
            // The padding of CMSG_SPACE would let a second descriptor in.
            header.set(JAVA_LONG, CONTROL_LENGTH_OFFSET, CMSG_LENGTH_OF_ONE);
            long result = call(cell, socket, header);
            if (result < 0) {
                throw new LinuxException("recvmsg", Downcall.errno(cell));
            }
            Optional<Descriptor> descriptor = passed(header, control);
            // More than fits or more than one descriptor: the kernel closed the surplus.
            if ((header.get(JAVA_INT, FLAGS_OFFSET) & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
                descriptor.ifPresent(Descriptor::close);
                throw new LinuxException("recvmsg, message too large", Errno.EPROTO);
            }
            if (result == 0) {
                descriptor.ifPresent(Descriptor::close);
                return Optional.empty();
            }
            byte[] received = bytes.asSlice(0, result).toArray(JAVA_BYTE);
            return Optional.of(new PacketMessage(received, descriptor));
        }
    }

    private static long call(MemorySegment cell, Descriptor socket, MemorySegment header) {
        try {
            return (long) RECVMSG.invokeExact(cell, socket.number(), header, MSG_CMSG_CLOEXEC);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
    }

    private static Optional<Descriptor> passed(MemorySegment header, MemorySegment control) {
        if (header.get(JAVA_LONG, CONTROL_LENGTH_OFFSET) < CMSG_LENGTH_OF_ONE
                || control.get(JAVA_LONG, 0) != CMSG_LENGTH_OF_ONE
                || control.get(JAVA_INT, CMSG_LEVEL_OFFSET) != SOL_SOCKET
                || control.get(JAVA_INT, CMSG_TYPE_OFFSET) != SCM_RIGHTS) {
            return Optional.empty();
        }
        return Optional.of(Descriptor.owning(control.get(JAVA_INT, CMSG_DATA_OFFSET)));
    }

    private static MemorySegment header(Arena arena, MemorySegment bytes) {
        MemorySegment iovec = arena.allocate(IOVEC_BYTES, Long.BYTES);
        iovec.set(ADDRESS, 0, bytes);
        iovec.set(JAVA_LONG, Long.BYTES, bytes.byteSize());
        MemorySegment header = arena.allocate(MSGHDR_BYTES, Long.BYTES);
        header.set(ADDRESS, IOV_OFFSET, iovec);
        header.set(JAVA_LONG, IOV_COUNT_OFFSET, 1);
        return header;
    }

    private static MemorySegment attachControl(Arena arena, MemorySegment header) {
        MemorySegment control = arena.allocate(CMSG_SPACE_OF_ONE, Long.BYTES);
        header.set(ADDRESS, CONTROL_OFFSET, control);
        header.set(JAVA_LONG, CONTROL_LENGTH_OFFSET, CMSG_SPACE_OF_ONE);
        return control;
    }
}
