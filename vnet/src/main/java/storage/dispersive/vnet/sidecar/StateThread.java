package storage.dispersive.vnet.sidecar;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns all that the sidecar knows, so that nothing of it needs a lock. What
 * waits for others is done elsewhere and comes back as a task.
 *
 * <p>Thread contract: any thread.
 */
final class StateThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateThread.class);
    private static final long CLOSE_SECONDS = 10;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("machines").daemon().factory());

    /** What may fail with an exception of any kind, which is then a bug to be logged. */
    void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("a task came after the end", e);
        }
    }

    /** Again and again, with a pause between. */
    void repeat(long everyMillis, Runnable task) {
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> guarded(task), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    }

    void later(long delayMillis, Runnable task) {
        try {
            var _ = thread.schedule(() -> guarded(task), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("a task came after the end", e);
        }
    }

    /**
     * Runs a task and waits for it. The thread is made by the first, and is where its maker is: in
     * the network namespace of the caller.
     */
    <T> T call(Callable<T> task) throws ExecutionException, InterruptedException {
        return thread.submit(task).get();
    }

    ExecutorService executor() {
        return thread;
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task of the sidecar failed", e);
        }
    }

    /** Ends the thread; tasks that have not begun are dropped. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a task did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
