package storage.dispersive.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Unix socket of whole messages (SOCK_SEQPACKET, unix(7)) that can carry one descriptor each
 * (SCM_RIGHTS).
 *
 * <p>Thread contract: one thread may receive while another sends; {@link #shutDown} from any thread
 * that knows that the socket is not closed. Calls block, at most for the time given to {@link
 * #limitWaiting}; they use platform threads.
 */
public final class PacketSocket implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int BACKLOG = 16;
    private static final int PATH_LIMIT_BYTES = 107;
    private static final int PATH_OFFSET = 2;
    private static final int ADDRESS_BYTES = PATH_OFFSET + PATH_LIMIT_BYTES + 1;

    private static final int SO_PEERCRED = 17;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int UCRED_BYTES = 12;
    private static final int TIMEVAL_BYTES = 16;

    private static final MethodHandle ACCEPT4 =
            Downcall.link(
                    "accept4",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle SHUTDOWN =
            Downcall.link("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final int BOTH_WAYS = 2;

    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final Descriptor descriptor;

    private PacketSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Binds and listens. EADDRINUSE if the path exists, also when nobody listens there. */
    public static PacketSocket listen(Path path) throws LinuxException {
        return open(
                path,
                (socket, address) -> {
                    SocketCalls.bind(socket, address, "bind " + path);
                    SocketCalls.listen(socket, BACKLOG, "listen at " + path);
                });
    }

    /**
     * Listens in place of a listener that is gone, whose path is still there, or as the first.
     *
     * @throws LinuxException EADDRINUSE if somebody listens there, or the path is another file
     */
    public static PacketSocket listenAgain(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeIfDead(path);
        }
        return listen(path);
    }

    private static void removeIfDead(Path path) throws IOException {
        try {
            connect(path).close();
        } catch (LinuxException e) {
            // Only a socket without a listener refuses; anything else is not ours to remove.
            if (e.errno() != Errno.ECONNREFUSED || !isSocket(path)) {
                throw e;
            }
            Files.delete(path);
            return;
        }
        throw new LinuxException(
                "listen at " + path, Errno.EADDRINUSE, "somebody listens there already");
    }

    private static boolean isSocket(Path path) throws IOException {
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return mode instanceof Integer bits && (bits & S_IFMT) == S_IFSOCK;
    }

    /** ECONNREFUSED if the path is of a listener that is gone, ENOENT if there is none. */
    public static PacketSocket connect(Path path) throws LinuxException {
        return open(
                path,
                (socket, address) -> SocketCalls.connect(socket, address, "connect to " + path));
    }

    private interface Opening {
        void open(Descriptor socket, MemorySegment address) throws LinuxException;
    }

    private static PacketSocket open(Path path, Opening opening) throws LinuxException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > PATH_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "a socket's path has 1 to " + PATH_LIMIT_BYTES + " bytes: " + path);
        }
        Descriptor socket = SocketCalls.create(AF_UNIX, SocketCalls.SEQUENCED_PACKETS, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, PATH_OFFSET, name.length);
            opening.open(socket, address);
            return new PacketSocket(socket);
        } catch (LinuxException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Waits for the next peer or the event; empty when the event came. */
    public Optional<PacketSocket> accept(WakeEvent wake) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            Readiness readiness = new Readiness(descriptor, wake, arena);
            while (true) {
                switch (readiness.await(Readiness.FOREVER)) {
                    case WOKEN -> {
                        return Optional.empty();
                    }
                    case READY -> {
                        return Optional.of(acceptNow());
                    }
                    case NOTHING -> {
                        // A signal: wait again.
                    }
                }
            }
        }
    }

    private PacketSocket acceptNow() throws LinuxException {
        MemorySegment cell = Downcall.cell();
        int result;
        try {
            result =
                    (int)
                            ACCEPT4.invokeExact(
                                    cell,
                                    descriptor.number(),
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    SocketCalls.CLOEXEC);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
        if (result < 0) {
            throw new LinuxException("accept", Downcall.errno(cell));
        }
        return new PacketSocket(Descriptor.owning(result));
    }

    /** Bounds each later send and receive; they fail with EAGAIN then. */
    public void limitWaiting(int timeoutMillis) throws LinuxException {
        setTimeout(SO_RCVTIMEO, timeoutMillis);
        limitSending(timeoutMillis);
    }

    /** Bounds each later send; it fails with EAGAIN then. */
    public void limitSending(int timeoutMillis) throws LinuxException {
        setTimeout(SO_SNDTIMEO, timeoutMillis);
    }

    private void setTimeout(int option, int timeoutMillis) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
            time.set(JAVA_LONG, 0, timeoutMillis / 1000);
            time.set(JAVA_LONG, Long.BYTES, timeoutMillis % 1000 * 1000L);
            SocketCalls.setOption(descriptor, SocketCalls.SOL_SOCKET, option, time);
        }
    }

    public PeerCredentials peer() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ucred = arena.allocate(UCRED_BYTES, Integer.BYTES);
            SocketCalls.getOption(descriptor, SocketCalls.SOL_SOCKET, SO_PEERCRED, ucred);
            return new PeerCredentials(
                    ucred.get(JAVA_INT, 0), new UserId(ucred.get(JAVA_INT, Integer.BYTES)));
        }
    }

    /** Sends one message whole, with the descriptor if one is given (this end keeps its own). */
    public void send(byte[] bytes, Optional<Descriptor> passed) throws LinuxException {
        PacketMessage.send(descriptor, bytes, passed);
    }

    /** Receives one message; empty when the peer has closed. */
    public Optional<PacketMessage> receive(int limitBytes) throws LinuxException {
        return PacketMessage.receive(descriptor, limitBytes);
    }

    /** Ends the conversation: whoever receives, here or there, hears the end. */
    public void shutDown() {
        try {
            // It fails only if the peer is gone already.
            int _ = (int) SHUTDOWN.invokeExact(Downcall.cell(), descriptor.number(), BOTH_WAYS);
        } catch (Throwable thrown) {
            throw Downcall.broken(thrown);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
