package storage.dispersive.blockdevice.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;

/**
 * One client: the handshake, then its requests, until either side leaves. The requests that are in
 * flight then are answered first, or abandoned if the server cannot wait.
 *
 * <p>Thread contract: {@link #run} is the connection's reader; the rest is for any thread.
 */
final class Connection implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final SocketChannel channel;
    private final Exports exports;
    private final NbdLimits limits;
    private final BufferPool pool;
    private final String name;
    private final Consumer<Connection> ended;
    private final long startedNanos;
    private volatile boolean inHandshake = true;
    private volatile @Nullable ReplyWriter replies;

    Connection(
            SocketChannel channel,
            Exports exports,
            NbdLimits limits,
            BufferPool pool,
            String name,
            Consumer<Connection> ended) {
        this.channel = channel;
        this.exports = exports;
        this.limits = limits;
        this.pool = pool;
        this.name = name;
        this.ended = ended;
        this.startedNanos = System.nanoTime();
    }

    String name() {
        return name;
    }

    @Override
    public void run() {
        try (channel) {
            serve();
        } catch (ClosedChannelException e) {
            log.debug("{}: closed", name);
        } catch (IOException e) {
            log.debug("{}: ended: {}", name, e.toString());
        } catch (RuntimeException | Error e) {
            log.error("{}: ended by a defect or for want of memory", name, e);
        } finally {
            ended.accept(this);
        }
    }

    private void serve() throws IOException {
        PooledBuffer buffer = pool.take(SocketInput.BUFFER_BYTES);
        try {
            serve(buffer.payloadBytes(SocketInput.BUFFER_BYTES).slice());
        } finally {
            pool.give(buffer);
        }
    }

    private void serve(ByteBuffer buffer) throws IOException {
        ReplyWriter writer = new ReplyWriter(channel, limits, pool, name);
        replies = writer;
        SocketInput input = new SocketInput(channel, buffer, writer::flush);
        Optional<NbdExport> export =
                new Handshake(input, new OptionReplies(channel), exports).run();
        inHandshake = false;
        if (export.isEmpty()) {
            return;
        }
        writer.start();
        try {
            new Transmission(input, writer, export.get().disk()).run();
        } finally {
            finish(writer);
        }
    }

    /** "Terminating the transmission phase": outstanding requests are handled first. */
    private static void finish(ReplyWriter writer) throws IOException {
        writer.flush();
        try {
            writer.inFlight().await(writer.inFlight()::isIdle);
        } finally {
            writer.stop();
        }
    }

    /** Whether the client has not chosen an export within the time that it has for that. */
    boolean isLateInHandshake(long nowNanos) {
        return inHandshake && nowNanos - startedNanos > limits.handshakeMillis() * 1_000_000;
    }

    /** Takes no more requests; those in flight are answered, then the connection ends. */
    void drain() {
        try {
            if (inHandshake) {
                channel.close();
            } else {
                channel.shutdownInput();
            }
        } catch (IOException e) {
            log.debug("{}: was ending already: {}", name, e.toString());
        }
    }

    /** Ends the connection now. Requests that the disk still holds get no reply. */
    void abandon() {
        ReplyWriter writer = replies;
        if (writer != null) {
            writer.abandon();
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("{}: was ending already: {}", name, e.toString());
        }
    }
}
