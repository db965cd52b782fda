package storage.dispersive.loop;

import java.util.concurrent.Executor;

/**
 * One thread, and the time as it sees it. {@link #execute} and {@link #schedule} may be called from
 * any thread; what they run is run on the loop's thread, one after the other, and must not block.
 */
public interface EventLoop extends Executor {

    /**
     * Runs {@code task} after at least {@code delayMillis} milliseconds, unless it is cancelled.
     */
    Timer schedule(long delayMillis, Runnable task);

    /** Monotonic time in nanoseconds; only differences mean anything. */
    long nanoTime();

    /** Whether the caller is on the loop's thread. */
    boolean inLoop();

    /** A task that was scheduled. */
    interface Timer {
        /** Does nothing when the task has run already. */
        void cancel();
    }
}
