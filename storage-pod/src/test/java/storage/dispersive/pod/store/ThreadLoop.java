package storage.dispersive.pod.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import storage.dispersive.loop.EventLoop;

/** A loop on a thread of its own. */
final class ThreadLoop implements EventLoop, AutoCloseable {

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("loop").factory());

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        Future<?> future = thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread().getName().equals("loop");
    }

    /** Runs a task on the loop and waits for it. */
    void run(Runnable task) {
        CompletableFuture.runAsync(task, thread).orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
