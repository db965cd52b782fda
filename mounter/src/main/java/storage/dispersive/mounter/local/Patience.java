package storage.dispersive.mounter.local;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks what may never answer: each question has a thread of its own, which is given up when the
 * time is over. A thread that hangs in the kernel cannot be ended, so there is at most one for each
 * key, and its answer is awaited instead of asking again.
 *
 * <p>Thread contract: any thread; those that ask with one key take turns.
 */
final class Patience {

    /** Threads that may hang at once. */
    static final int LIMIT = 256;

    private final Map<String, FutureTask<?>> asked = new ConcurrentHashMap<>();

    /** Empty if the question, or an earlier one with this key, hangs. */
    <T> Optional<T> ask(String key, Duration limit, Kernel<T> question) throws IOException {
        FutureTask<?> before = asked.get(key);
        if (before != null && !before.isDone()) {
            return Optional.empty();
        }
        if (before == null && asked.size() >= LIMIT) {
            throw new IOException("too many disks hang to ask one more");
        }
        FutureTask<T> task = new FutureTask<>(question::call);
        asked.put(key, task);
        Thread.ofPlatform().daemon().name("asks-" + key).start(task);
        try {
            T answer = task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            asked.remove(key, task);
            return Optional.of(answer);
        } catch (TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + key + " was asked", e);
        } catch (ExecutionException e) {
            asked.remove(key, task);
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
