package storage.dispersive.pod.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.loop.EventLoop;

/**
 * A directory of the operating system. Reads and writes are positional and happen on the loop's
 * thread; syncs happen on at most {@value #MAX_FLUSHERS} threads of its own, so that the loop never
 * waits for the device's cache. Its threads and the loop's must not be interrupted: an interrupt
 * closes a channel.
 */
public final class FileDisk implements Disk {

    static final int MAX_FLUSHERS = 4;
    private static final long CLOSE_SECONDS = 30;
    private static final Logger LOG = LoggerFactory.getLogger(FileDisk.class);

    private final Path directory;
    private final EventLoop loop;
    private final ExecutorService flushers;
    private final ExecutorService filler;
    private final ZeroFiller zeros = new ZeroFiller();
    private @Nullable FileChannel lockChannel;

    public FileDisk(Path directory, EventLoop loop) {
        this.directory = directory;
        this.loop = loop;
        this.flushers =
                Executors.newFixedThreadPool(
                        MAX_FLUSHERS, Thread.ofPlatform().daemon().name("flusher-", 0).factory());
        this.filler =
                Executors.newFixedThreadPool(
                        1, Thread.ofPlatform().daemon().name("filler-", 0).factory());
    }

    @Override
    public void claim() throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        Files.createDirectories(directory);
        if (!Files.isWritable(directory)) {
            throw new AccessDeniedException(directory.toString());
        }
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(LOCK_NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            channel.close();
            throw new DiskLockedException(directory.toString());
        }
        lockChannel = channel;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            // Held until the channel is closed.
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                boolean isOurs = !name.equals(LOCK_NAME) && !name.equals("lost+found");
                if (isOurs) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return open(
                name,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private DiskFile open(String name, StandardOpenOption... options) throws IOException {
        try {
            return new ChannelFile(FileChannel.open(directory.resolve(name), options), this);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw ChannelFile.named(e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void createZeroed(String name, long sizeBytes, IoCompletion completion) {
        inBackground(filler, () -> zeros.fill(directory.resolve(name), sizeBytes), completion);
    }

    @Override
    public void syncDirectory(IoCompletion completion) {
        inBackground(flushers, this::syncDirectoryNow, completion);
    }

    @Override
    public void syncDirectoryNow() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public void close() {
        flushers.shutdown();
        filler.shutdown();
        try {
            boolean ended =
                    flushers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)
                            && filler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("The disk of {} still syncs; the end of this process ends it", directory);
                return;
            }
            if (lockChannel != null) {
                lockChannel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("Could not give back the lock of {}: {}", directory, e.toString());
        }
    }

    /** Work of the disk that may wait. */
    interface Work {
        void run() throws IOException;
    }

    void flush(Work work, IoCompletion completion) {
        Work counted =
                () -> {
                    work.run();
                    zeros.synced();
                };
        inBackground(flushers, counted, completion);
    }

    /** Queues are bounded by the store: one sync for each file, and few of the directory. */
    private void inBackground(ExecutorService threads, Work work, IoCompletion completion) {
        threads.execute(() -> {
            try {
                work.run();
            } catch (IOException e) {
                loop.execute(() -> completion.failed(ChannelFile.named(e)));
                return;
            } catch (RuntimeException | Error e) {
                // Whoever waits must hear of it, whatever it was.
                loop.execute(() -> completion.failed(new IOException(e)));
                throw e;
            }
            loop.execute(completion::done);
        });
    }
}
