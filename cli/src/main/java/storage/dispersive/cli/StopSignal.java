package storage.dispersive.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import storage.dispersive.cli.tryout.Stopping;

/**
 * Lets a command end by itself when the process is told to end (SIGTERM, SIGINT), and with a status
 * of its own, which would be 143 or 130 otherwise.
 */
final class StopSignal implements Stopping, AutoCloseable {

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook = new Thread(this::askAndWait, "stop");

    private StopSignal() {}

    static StopSignal listen() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** The process ends when its hooks have ended. */
    private void askAndWait() {
        asked.complete(null);
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CompletableFuture<Void> asked() {
        return asked.copy();
    }

    /** Ends the process with this status if it was told to end, else does nothing. */
    void endIfAsked(int status) {
        if (asked.isDone()) {
            Runtime.getRuntime().halt(status);
        }
    }

    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already, and ends now.
        }
    }
}
