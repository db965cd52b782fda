package storage.dispersive.trials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Writes files into a directory, one after the other, each with an fsync, and knows what is in
 * them. Old ones are written again, so they fit any disk.
 */
final class FileWriter implements AutoCloseable {

    private static final int FILES = 256;
    private static final int FILE_BYTES = 1 << 20;

    private final Path directory;
    private final long seed;
    private final Thread thread = Thread.ofPlatform().name("writer").unstarted(this::write);
    private volatile boolean isOver;
    private volatile long written;
    private volatile @Nullable IOException failure;

    FileWriter(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
    }

    void start() {
        thread.start();
    }

    /** How many files were made durable, those that replaced others included. */
    long written() {
        return written;
    }

    /** What went wrong, if something did. */
    void throwFailure() throws IOException {
        IOException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    private void write() {
        try {
            for (long number = 0; !isOver; number++) {
                try (FileChannel channel =
                        FileChannel.open(
                                file(number),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE)) {
                    ByteBuffer content = ByteBuffer.wrap(content(number));
                    while (content.hasRemaining()) {
                        channel.write(content);
                    }
                    channel.force(true);
                }
                written = number + 1;
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private Path file(long number) {
        return directory.resolve("file-" + number % FILES);
    }

    private byte[] content(long number) {
        byte[] content = new byte[FILE_BYTES];
        new Random(seed + number).nextBytes(content);
        return content;
    }

    /** Waits until the file that is being written is durable. */
    void stop() throws IOException {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a file was written");
        }
        throwFailure();
    }

    /** Those that do not hold what was written last. To be asked after the end. */
    List<Path> wrongFiles() throws IOException {
        List<Path> wrong = new ArrayList<>();
        for (long number = Math.max(0, written - FILES); number < written; number++) {
            if (!Arrays.equals(Files.readAllBytes(file(number)), content(number))) {
                wrong.add(file(number));
            }
        }
        return wrong;
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
