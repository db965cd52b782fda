package storage.dispersive.trials.capture;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.trials.capture.Meddler.Direction;

/** One connection with somebody on the way, who passes on and keeps what both sides say. */
final class RelayedConnection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 64 << 10;

    private final Socket client;
    private final Socket server;
    private final ByteArrayOutputStream fromClient = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fromServer = new ByteArrayOutputStream();
    private final Optional<Meddler> meddler;
    private volatile boolean altered;
    private final Thread there;
    private final Thread back;

    RelayedConnection(Socket client, Socket server, Optional<Meddler> meddler) {
        this.client = client;
        this.server = server;
        this.meddler = meddler;
        there = Thread.ofVirtual().start(() -> pass(client, server, Direction.TO_POD, fromClient));
        back = Thread.ofVirtual().start(() -> pass(server, client, Direction.FROM_POD, fromServer));
    }

    /** Whether something was altered on the way, and both sides go on all the same. */
    boolean isAlteredAndOpen() {
        return altered && there.isAlive() && back.isAlive();
    }

    /** All of it; waits for its end. */
    Conversation whole() throws InterruptedException {
        if (!there.join(PATIENCE) || !back.join(PATIENCE)) {
            throw new AssertionError("a connection to " + server + " does not end");
        }
        close();
        return new Conversation(fromClient.toByteArray(), fromServer.toByteArray());
    }

    private void pass(Socket from, Socket to, Direction direction, ByteArrayOutputStream kept) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                int count = bytes;
                if (meddler.filter(he -> he.alter(buffer, count, direction)).isPresent()) {
                    altered = true;
                }
                kept.write(buffer, 0, bytes);
                out.write(buffer, 0, bytes);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One of them is gone, and the other one must hear of it.
            close();
        }
    }

    /** Cuts it, if it still goes on. */
    @Override
    public void close() {
        closeQuietly(client);
        closeQuietly(server);
    }

    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
    }
}
