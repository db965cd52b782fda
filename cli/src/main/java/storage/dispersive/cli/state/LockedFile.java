package storage.dispersive.cli.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds a file's lock against other processes, and a lock of this process against its other threads
 * (which a file lock does not know). Released by {@link #close}, or by the end of the process.
 */
public final class LockedFile implements AutoCloseable {

    /** As many as there are files that are ever locked: two. */
    private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private LockedFile(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /** Waits for the lock. */
    public static LockedFile hold(Path file) {
        ReentrantLock threads = THREADS.computeIfAbsent(file, path -> new ReentrantLock());
        if (threads.isHeldByCurrentThread()) {
            throw new IllegalStateException(file + " is locked by this thread already");
        }
        threads.lock();
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock();
            if (!lock.isValid()) {
                throw new IOException("the lock was lost at once");
            }
            return new LockedFile(threads, channel);
        } catch (IOException e) {
            threads.unlock();
            throw new UncheckedIOException(file + " cannot be locked", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a lock cannot be released", e);
        } finally {
            threads.unlock();
        }
    }
}
