package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves virtual disks over a Unix-domain socket to NBD clients such as QEMU, nbdcopy, fio and the
 * kernel. What of the protocol it speaks, and its limits, are in {@code docs/nbd.md}.
 *
 * <p>The socket's file has mode 0600: whoever may open it may use the disks.
 *
 * <p>Thread contract: all methods may be called from any thread. A thread accepts, and each
 * connection has two: one reads its requests, one writes the replies that the disk's threads
 * complete. The disk's threads never wait for a client.
 */
public final class NbdServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NbdServer.class);

    /** The pause after a failed accept, which fails again at once when descriptors are short. */
    private static final long ACCEPT_RETRY_MILLIS = 100;

    private final SocketFile socket;
    private final Exports exports;
    private final NbdLimits limits;
    private final BufferPool pool;
    private final Thread acceptor;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition connectionEnded = lock.newCondition();
    private volatile boolean closing;
    private int accepted;

    private NbdServer(SocketFile socket, Exports exports, NbdLimits limits, Path path) {
        this.socket = socket;
        this.exports = exports;
        this.limits = limits;
        this.pool = new BufferPool(limits.idleBufferBytes());
        this.acceptor =
                Thread.ofPlatform()
                        .daemon()
                        .name("nbd-accept-" + path.getFileName())
                        .unstarted(this::acceptAll);
    }

    /**
     * Starts to serve.
     *
     * @throws java.net.BindException if a living server listens on {@code socket}; a dead one's
     *     file is replaced
     * @throws java.nio.file.FileAlreadyExistsException if something else than a socket is there
     */
    public static NbdServer start(Path socket, List<NbdExport> exports) throws IOException {
        return start(socket, exports, NbdLimits.DEFAULT);
    }

    /** As above, within {@code limits}. */
    public static NbdServer start(Path socket, List<NbdExport> exports, NbdLimits limits)
            throws IOException {
        Exports offered = new Exports(exports);
        NbdServer server = new NbdServer(SocketFile.listen(socket), offered, limits, socket);
        server.acceptor.start();
        return server;
    }

    /** Clients connected now, including those in the handshake. */
    public int connections() {
        return connections.size();
    }

    /** Memory that requests in flight hold now. */
    public long bufferBytesInUse() {
        return pool.usedBytes();
    }

    private void acceptAll() {
        while (!closing && socket.isOpen()) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (!closing) {
                    log.warn("accepting a client failed", e);
                    pause();
                }
            } catch (RuntimeException | Error e) {
                log.error("a client could not be served", e);
                pause();
            }
        }
    }

    private void pause() {
        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(ACCEPT_RETRY_MILLIS));
    }

    private void admit(SocketChannel channel) throws IOException {
        if (connections.size() >= limits.connections()) {
            long now = System.nanoTime();
            connections.stream().filter(c -> c.isLateInHandshake(now)).forEach(Connection::drain);
            log.warn("a client was turned away: {} are connected", connections.size());
            channel.close();
            return;
        }
        accepted++;
        String name = acceptor.getName().replace("accept", "client") + "-" + accepted;
        Connection connection =
                new Connection(channel, exports, limits, pool, name, this::connectionEnded);
        connections.add(connection);
        try {
            Thread.ofPlatform().daemon().name(name).start(connection);
        } catch (Error e) {
            connections.remove(connection);
            channel.close();
            throw e;
        }
        if (closing) {
            connection.drain();
        }
    }

    private void connectionEnded(Connection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            connectionEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops accepting, answers what is in flight within {@link NbdLimits#closeMillis()}, ends all
     * connections and removes the socket's file. Buffers that the disk has not given back by then
     * are freed when it does.
     */
    @Override
    public void close() throws IOException {
        closing = true;
        try {
            socket.close();
        } finally {
            connections.forEach(Connection::drain);
            if (!awaitConnections(limits.closeMillis())) {
                log.warn("{} clients' requests are abandoned", connections.size());
                connections.forEach(Connection::abandon);
                awaitConnections(limits.closeMillis());
            }
            pool.close();
        }
    }

    private boolean awaitConnections(long millis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (!connections.isEmpty() && nanos > 0) {
                nanos = connectionEnded.awaitNanos(nanos);
            }
            return connections.isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return connections.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
