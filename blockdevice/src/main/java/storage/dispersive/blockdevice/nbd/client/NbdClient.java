package storage.dispersive.blockdevice.nbd.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import storage.dispersive.blockdevice.nbd.protocol.NbdCommand;
import storage.dispersive.blockdevice.nbd.protocol.NbdErrno;
import storage.dispersive.blockdevice.nbd.protocol.NbdProtocolException;
import storage.dispersive.blockdevice.nbd.protocol.NbdWire;
import storage.dispersive.blockdevice.nbd.protocol.SocketInput;

/**
 * Reads and writes a disk that an NBD server exports over a Unix-domain socket.
 *
 * <p>Offsets and lengths are bytes, in multiples of {@link ExportInfo#minBlockBytes}. Requests that
 * the server refuses fail with {@link NbdException}; a lost connection fails all requests with
 * another {@link IOException}, now and from then on.
 *
 * <p>Thread contract: any number of threads. Each asynchronous request is one message, and waits
 * only while {@value #MAX_IN_FLIGHT} are in flight; its buffer must not be touched until it ends.
 * What depends on its future runs on the thread that reads replies and must not block. The blocking
 * methods split long ranges into several requests in flight together.
 */
public final class NbdClient implements AutoCloseable {

    private static final int MAX_IN_FLIGHT = 64;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES_AT_ONCE = 16;
    private static final long ZERO_PIECE_BYTES = 1L << 30;

    /** How long {@link #close} waits for the answers to what is in flight. */
    private static final long CLOSE_MILLIS = 10_000;

    private final SocketChannel channel;
    private final SocketInput input;
    private final ExportInfo export;
    private final Thread reader;
    private final ReentrantLock sending = new ReentrantLock();
    private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);
    private final AtomicLong cookies = new AtomicLong();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final ByteBuffer header = ByteBuffer.allocateDirect(NbdWire.REQUEST_BYTES);
    private volatile @Nullable IOException lost;

    /** {@code destination} is null for requests whose replies carry nothing. */
    private record Pending(CompletableFuture<Void> future, @Nullable ByteBuffer destination) {}

    private NbdClient(SocketChannel channel, SocketInput input, ExportInfo export) {
        this.channel = channel;
        this.input = input;
        this.export = export;
        this.reader = Thread.ofPlatform().daemon().name("nbd-replies").unstarted(this::readAll);
    }

    /**
     * Connects and chooses an export; the empty name is the server's default.
     *
     * @throws java.io.FileNotFoundException if the server has no such export
     */
    public static NbdClient connect(Path socket, String exportName) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        try {
            ByteBuffer buffer = ByteBuffer.allocateDirect(SocketInput.BUFFER_BYTES);
            SocketInput input = new SocketInput(channel, buffer, () -> {});
            ExportInfo export = new ClientHandshake(input, channel).choose(exportName);
            NbdClient client = new NbdClient(channel, input, export);
            client.reader.start();
            return client;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    public ExportInfo export() {
        return export;
    }

    public long sizeBytes() {
        return export.sizeBytes();
    }

    /** Fills the rest of {@code destination}, whose position stays. */
    public CompletableFuture<Void> readAsync(long offset, ByteBuffer destination) {
        ByteBuffer view = destination.slice();
        return send(NbdCommand.READ, offset, view.remaining(), null, view);
    }

    /** Writes the rest of {@code source}, whose position stays. */
    public CompletableFuture<Void> writeAsync(long offset, ByteBuffer source) {
        ByteBuffer view = source.slice();
        return send(NbdCommand.WRITE, offset, view.remaining(), view, null);
    }

    /** Makes less than 4 GiB read as zeros. */
    public CompletableFuture<Void> zeroAsync(long offset, long length) {
        return offers(NbdWire.SEND_WRITE_ZEROES)
                ? send(NbdCommand.WRITE_ZEROES, offset, length, null, null)
                : CompletableFuture.failedFuture(new NbdException(NbdErrno.ENOTSUP));
    }

    /** Ends when all writes that ended before are durable. */
    public CompletableFuture<Void> flushAsync() {
        return offers(NbdWire.SEND_FLUSH)
                ? send(NbdCommand.FLUSH, 0, 0, null, null)
                : CompletableFuture.failedFuture(new NbdException(NbdErrno.ENOTSUP));
    }

    private boolean offers(int transmissionFlag) {
        return (export.transmissionFlags() & transmissionFlag) != 0;
    }

    /** Fills {@code destination}, of any length. */
    public void read(long offset, ByteBuffer destination) throws IOException {
        Pieces pieces = new Pieces();
        int start = destination.position();
        while (destination.hasRemaining()) {
            long from = offset + destination.position() - start;
            pieces.add(readAsync(from, nextPiece(destination)));
        }
        pieces.end();
    }

    /** Writes the rest of {@code source}, of any length. */
    public void write(long offset, ByteBuffer source) throws IOException {
        Pieces pieces = new Pieces();
        int start = source.position();
        while (source.hasRemaining()) {
            long from = offset + source.position() - start;
            pieces.add(writeAsync(from, nextPiece(source)));
        }
        pieces.end();
    }

    /** Makes a range of any length read as zeros. */
    public void zero(long offset, long length) throws IOException {
        Pieces pieces = new Pieces();
        for (long done = 0; done < length; done += ZERO_PIECE_BYTES) {
            pieces.add(zeroAsync(offset + done, Math.min(ZERO_PIECE_BYTES, length - done)));
        }
        pieces.end();
    }

    public void flush() throws IOException {
        await(flushAsync());
    }

    private ByteBuffer nextPiece(ByteBuffer whole) {
        int most = Math.min(PIECE_BYTES, export.maxPayloadBytes());
        int length = Math.min(whole.remaining(), most);
        ByteBuffer piece = whole.slice(whole.position(), length);
        whole.position(whole.position() + length);
        return piece;
    }

    /** The pieces of a blocking call, a few in flight; all have ended before the call does. */
    private static final class Pieces {
        private final ArrayDeque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
        private @Nullable IOException problem;

        void add(CompletableFuture<Void> piece) {
            inFlight.add(piece);
            if (inFlight.size() == PIECES_AT_ONCE) {
                endOldest();
            }
        }

        private void endOldest() {
            try {
                await(inFlight.remove());
            } catch (IOException e) {
                problem = problem == null ? e : problem;
            }
        }

        void end() throws IOException {
            while (!inFlight.isEmpty()) {
                endOldest();
            }
            if (problem != null) {
                throw problem;
            }
        }
    }

    private static void await(CompletableFuture<Void> future) throws IOException {
        try {
            future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof NbdException refused) {
                throw new NbdException(refused.errno());
            }
            throw new IOException("the connection to the NBD server is lost", e.getCause());
        }
    }

    private CompletableFuture<Void> send(
            NbdCommand command,
            long offset,
            long length,
            @Nullable ByteBuffer payload,
            @Nullable ByteBuffer destination) {
        if (length >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("one request cannot span " + length + " bytes");
        }
        CompletableFuture<Void> future = new CompletableFuture<>();
        places.acquireUninterruptibly();
        long cookie = cookies.incrementAndGet();
        pending.put(cookie, new Pending(future, destination));
        sending.lock();
        try {
            if (lost != null) {
                throw lost;
            }
            header.clear()
                    .putInt(NbdWire.REQUEST_MAGIC)
                    .putShort((short) 0)
                    .putShort((short) command.code())
                    .putLong(cookie)
                    .putLong(offset)
                    .putInt((int) length)
                    .flip();
            writeFully(payload == null ? new ByteBuffer[] {header} : withPayload(payload));
        } catch (IOException e) {
            lose(e);
        } finally {
            sending.unlock();
        }
        return future;
    }

    private ByteBuffer[] withPayload(ByteBuffer payload) {
        return new ByteBuffer[] {header, payload};
    }

    private void writeFully(ByteBuffer[] buffers) throws IOException {
        ByteBuffer last = buffers[buffers.length - 1];
        while (buffers[0].hasRemaining() || last.hasRemaining()) {
            channel.write(buffers);
        }
    }

    private void readAll() {
        try {
            while (input.awaitMessage(NbdWire.SIMPLE_REPLY_BYTES)) {
                if (input.getInt() != NbdWire.SIMPLE_REPLY_MAGIC) {
                    throw new NbdProtocolException("a reply without its magic number");
                }
                int error = input.getInt();
                readReply(input.getLong(), NbdErrno.of(error));
            }
            lose(new EOFException("the NBD server ended the connection"));
        } catch (IOException | RuntimeException e) {
            lose(e instanceof IOException known ? known : new IOException(e));
        }
    }

    private void readReply(long cookie, NbdErrno errno) throws IOException {
        Pending request = pending.get(cookie);
        if (request == null) {
            throw new NbdProtocolException("a reply to a request that was never sent");
        }
        if (errno == NbdErrno.NONE && request.destination() != null) {
            input.readFully(request.destination());
        }
        if (pending.remove(cookie) != null) {
            places.release();
            if (errno == NbdErrno.NONE) {
                request.future().complete(null);
            } else {
                request.future().completeExceptionally(new NbdException(errno));
            }
        }
    }

    private void lose(IOException why) {
        if (lost == null) {
            lost = why;
        }
        try {
            channel.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        for (Long cookie : List.copyOf(pending.keySet())) {
            Pending request = pending.remove(cookie);
            if (request != null) {
                places.release();
                request.future().completeExceptionally(why);
            }
        }
    }

    /** Says goodbye; requests in flight are answered first. Idempotent. */
    @Override
    public void close() {
        sending.lock();
        try {
            if (channel.isOpen() && lost == null) {
                header.clear()
                        .putInt(NbdWire.REQUEST_MAGIC)
                        .putShort((short) 0)
                        .putShort((short) NbdCommand.DISC.code())
                        .putLong(cookies.incrementAndGet())
                        .putLong(0)
                        .putInt(0)
                        .flip();
                lost = new ClosedChannelException();
                writeFully(new ByteBuffer[] {header});
            }
        } catch (IOException e) {
            lose(e);
        } finally {
            sending.unlock();
        }
        try {
            reader.join(CLOSE_MILLIS);
            lose(new ClosedChannelException());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lose(new ClosedChannelException());
        }
    }
}
