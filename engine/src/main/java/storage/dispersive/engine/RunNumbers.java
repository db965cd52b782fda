package storage.dispersive.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts the starts of engines on this machine, in one locked file. A number is durable before it
 * is given out, so no two starts have the same (rule 1 of {@code docs/protocol.md}).
 *
 * <p>The file holds the number in decimal, padded to a fixed width, so that it is overwritten in
 * place within one sector and never seen half written.
 */
public final class RunNumbers {

    private static final int WIDTH = 19;

    private final Path file;

    public RunNumbers(Path file) {
        this.file = file;
    }

    /** The next number: one more than the last that was given, 1 at first. */
    public long next() {
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("the lock was lost at once");
            }
            long next = Math.addExact(last(channel), 1);
            ByteBuffer text =
                    ByteBuffer.wrap(
                            ("%0" + WIDTH + "d\n")
                                    .formatted(next)
                                    .getBytes(StandardCharsets.US_ASCII));
            while (text.hasRemaining()) {
                channel.write(text, text.position());
            }
            channel.force(true);
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException("no run number can be taken from " + file, e);
        }
    }

    private long last(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size == 0) {
            return 0;
        }
        ByteBuffer text = ByteBuffer.allocate(WIDTH + 1);
        int count;
        do {
            count = channel.read(text, text.position());
        } while (count > 0 && text.hasRemaining());
        String digits = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        if (size != WIDTH + 1 || !digits.matches("\\d{" + WIDTH + "}\n")) {
            // Counting from 1 again would repeat epochs that stores have seen.
            throw new IOException("it does not hold a run number");
        }
        return Long.parseLong(digits.strip());
    }
}
