package storage.dispersive.csi.turns;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * Lets one call at a time do something to a volume. A call goes on when its caller stops waiting;
 * the same call again, with equal arguments, waits for it instead of beginning anew, and another
 * call is refused as busy. Safe for use by many threads; callers block, so they are virtual ones.
 */
public final class Turns implements AutoCloseable {

    /** Of all volumes together: more than any node or cluster works on at a time. */
    static final int MAX_RUNNING = 4096;

    private static final Duration LAST_WAIT = Duration.ofSeconds(5);

    private final Map<VolumeHandle, Running> running = new ConcurrentHashMap<>();
    private final ExecutorService threads;

    private Turns(Thread.Builder threads) {
        this.threads =
                Executors.newThreadPerTaskExecutor(threads.name("volume-call-", 0).factory());
    }

    /** Of calls that wait in Java alone. */
    public static Turns virtual() {
        return new Turns(Thread.ofVirtual());
    }

    /**
     * Of calls that wait in the kernel, where virtual threads would take all processors' places.
     */
    public static Turns platform() {
        return new Turns(Thread.ofPlatform().daemon());
    }

    /**
     * A call that can be told from others.
     *
     * @param arguments equal for equal calls; a record of a type that no other call uses
     * @param result what it gives
     */
    record Call<T>(Record arguments, Class<T> result) {}

    private record Running(Call<?> call, CompletableFuture<Outcome<?>> outcome) {}

    /**
     * Does something in its turn, on a thread of its own.
     *
     * @param patience how long to wait for it
     * @param work is interrupted when this is closed, and never else
     */
    <T> Outcome<T> take(
            VolumeHandle volume, Call<T> call, Duration patience, Supplier<Outcome<T>> work) {
        Running mine = new Running(call, new CompletableFuture<>());
        Running first = running.putIfAbsent(volume, mine);
        if (first == null) {
            start(volume, mine, work);
            return await(mine, call, patience);
        }
        return first.call.equals(call)
                ? await(first, call, patience)
                : Outcome.refused(
                        new Refusal.Busy(
                                "another call for volume "
                                        + volume
                                        + " runs; try again when it has ended"));
    }

    /** Does something on a thread of its own, beside whatever else is done to volumes. */
    <T> Outcome<T> beside(Class<T> result, Duration patience, Supplier<Outcome<T>> work) {
        Call<T> call = new Call<>(new Beside(), result);
        Running mine = new Running(call, new CompletableFuture<>());
        try {
            threads.execute(() -> complete(mine, work));
        } catch (RejectedExecutionException e) {
            return Outcome.refused(new Refusal.NotYet("the driver ends"));
        }
        return await(mine, call, patience);
    }

    /** Equal to no other call's arguments, as it waits for none. */
    private record Beside() {}

    private static <T> void complete(Running mine, Supplier<Outcome<T>> work) {
        try {
            mine.outcome.complete(work.get());
        } catch (RuntimeException | Error e) {
            mine.outcome.completeExceptionally(e);
        }
    }

    private <T> void start(VolumeHandle volume, Running mine, Supplier<Outcome<T>> work) {
        if (running.size() > MAX_RUNNING) {
            end(volume, mine, Outcome.refused(new Refusal.Busy("too many calls run; try again")));
            return;
        }
        try {
            threads.execute(() -> run(volume, mine, work));
        } catch (RejectedExecutionException e) {
            end(volume, mine, Outcome.refused(new Refusal.NotYet("the driver ends")));
        }
    }

    private <T> void run(VolumeHandle volume, Running mine, Supplier<Outcome<T>> work) {
        try {
            end(volume, mine, work.get());
        } catch (RuntimeException | Error e) {
            running.remove(volume, mine);
            mine.outcome.completeExceptionally(e);
        }
    }

    /** The turn is over before anybody hears of it, so that who hears may take the next. */
    private void end(VolumeHandle volume, Running mine, Outcome<?> outcome) {
        running.remove(volume, mine);
        mine.outcome.complete(outcome);
    }

    private static <T> Outcome<T> await(Running running, Call<T> call, Duration patience) {
        try {
            return switch (running.outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                case Outcome.Done<?>(Object value) -> Outcome.done(call.result.cast(value));
                case Outcome.Refused<?>(Refusal why) -> Outcome.refused(why);
            };
        } catch (TimeoutException e) {
            return Outcome.refused(
                    new Refusal.NotYet("it is still being done; the same call again waits for it"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.refused(new Refusal.NotYet("the driver ends"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call failed: " + call.result, e.getCause());
        }
    }

    /** Interrupts what runs, and waits a little for it. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            // What does not heed it is cut off when the process ends; volumes bear that.
            var _ = threads.awaitTermination(LAST_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
