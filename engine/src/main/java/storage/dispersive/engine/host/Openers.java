package storage.dispersive.engine.host;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the engines of volumes, only so many at once: a process that takes up a hundred volumes
 * must not ask all their pods at the same moment. Thread contract: any thread.
 */
final class Openers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Openers.class);
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService clock;

    Openers(int parallel, ScheduledExecutorService clock) {
        this.clock = clock;
        threads =
                new ThreadPoolExecutor(
                        parallel,
                        parallel,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().daemon().name("opener-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /** In the order of coming. A task may wait for pods. */
    void take(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("nothing is started any more");
        }
    }

    void takeLater(long delayMillis, Runnable task) {
        try {
            var _ = clock.schedule(() -> take(task), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nothing is started any more");
        }
    }

    /** Begins nothing more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
