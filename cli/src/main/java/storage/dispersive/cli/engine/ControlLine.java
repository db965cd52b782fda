package storage.dispersive.cli.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Lines of JSON on a Unix socket: bounded in length and in time, so that neither end can keep the
 * other. Not thread-safe.
 */
final class ControlLine {

    /** Room for a report of 32 pods with long words about each. */
    static final int MAX_BYTES = 256 << 10;

    private ControlLine() {}

    static void write(SocketChannel channel, String line, Duration patience) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        long deadline = System.nanoTime() + patience.toNanos();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(channel, SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    /** The next line, without its end. The channel must not block. */
    static String read(SocketChannel channel, Duration patience) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            int from = bytes.position();
            int count = channel.read(bytes);
            if (count < 0) {
                throw new EOFException("the other end closed the control socket");
            }
            for (int at = from; at < bytes.position(); at++) {
                if (bytes.get(at) == '\n') {
                    return new String(bytes.array(), 0, at, StandardCharsets.UTF_8);
                }
            }
            if (!bytes.hasRemaining()) {
                throw new IOException("a line of more than " + MAX_BYTES + " bytes");
            }
            if (count == 0) {
                await(channel, SelectionKey.OP_READ, deadline);
            }
        }
    }

    private static void await(SocketChannel channel, int operation, long deadline)
            throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        try (Selector selector = Selector.open()) {
            channel.register(selector, operation);
            if (millis <= 0 || selector.select(millis) == 0) {
                throw new IOException("the other end of the control socket is silent");
            }
        }
    }
}
