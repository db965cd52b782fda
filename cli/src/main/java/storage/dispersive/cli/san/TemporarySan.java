package storage.dispersive.cli.san;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.SanHome;

/**
 * A SAN in a directory of its own that goes away with all that belongs to it, also when the program
 * is ended by Ctrl-C. Used by one thread; a shutdown hook interrupts that and waits for it.
 */
public final class TemporarySan implements AutoCloseable {

    private static final long UNWIND_SECONDS = 30;

    private final Path root;
    private final SanHome home;
    private final Progress progress;
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Thread hook;

    private TemporarySan(Path root, Progress progress) {
        this.root = root;
        this.home = new SanHome(root.resolve("san"));
        this.progress = progress;
        Thread user = Thread.currentThread();
        this.hook = new Thread(() -> unwind(user), "cleanup");
    }

    /** Makes the directory below {@code parent}. */
    public static TemporarySan create(Path parent, Progress progress) throws IOException {
        // Short, since a socket's path has at most 107 bytes.
        TemporarySan san =
                new TemporarySan(Files.createTempDirectory(parent, "dispersive-"), progress);
        Runtime.getRuntime().addShutdownHook(san.hook);
        return san;
    }

    public SanHome home() {
        return home;
    }

    public Path root() {
        return root;
    }

    private void unwind(Thread user) {
        user.interrupt();
        try {
            if (!gone.await(UNWIND_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("not all could be removed; look at " + root);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        // The interruption has done its work: it has brought the thread here.
        boolean interrupted = Thread.interrupted();
        try {
            if (home.exists()) {
                LocalSan.open(home).down(LocalSan.InUse.ABANDON, LocalSan.Data.DELETE, progress);
            }
            FileTree.delete(root);
        } finally {
            gone.countDown();
            if (!interrupted) {
                removeHook();
            }
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already, and has just been told that all is gone.
        }
    }
}
