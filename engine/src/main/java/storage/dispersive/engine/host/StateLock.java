package storage.dispersive.engine.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Whoever holds it serves the volumes of the node, and nobody else: it is let go by {@link #close}
 * or by the end of the process, when none of its threads can read a mount any more.
 */
final class StateLock implements AutoCloseable {

    private static final String NAME = "lock";

    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock, if no other process has it. */
    static Optional<StateLock> tryTake(Path directory) throws IOException {
        FileChannel channel = open(directory);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new StateLock(channel));
    }

    /** Waits for the lock. */
    static StateLock take(Path directory) throws IOException {
        FileChannel channel = open(directory);
        FileLock lock = channel.lock();
        if (!lock.isValid()) {
            channel.close();
            throw new IOException("the lock was lost at once");
        }
        return new StateLock(channel);
    }

    private static FileChannel open(Path directory) throws IOException {
        return FileChannel.open(
                directory.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
