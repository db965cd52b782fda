package storage.dispersive.vnet.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Does what takes time, one thing after the other: certificates, and words to the sidecar, for
 * which a loop has none. Thread contract: any thread.
 */
final class HelperThread implements AutoCloseable {

    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("leases").daemon().factory());

    /** Takes a task; false when it is closed. */
    boolean take(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Drops what has not begun. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
