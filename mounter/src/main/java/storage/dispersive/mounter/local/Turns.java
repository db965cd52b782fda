package storage.dispersive.mounter.local;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import storage.dispersive.mounter.MounterException;

/**
 * One operation at a time for each volume and for each path. What meets another one is refused,
 * rather than queued behind a disk that may hang. Thread contract: any thread.
 */
final class Turns {

    private final Map<String, Semaphore> taken = new ConcurrentHashMap<>();

    /** A turn that was got; closing gives it back. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** BUSY if another one has it. */
    Turn take(String key) throws MounterException {
        return take(key, Duration.ZERO);
    }

    /** BUSY if another one has it still after the time. */
    Turn take(String key, Duration patience) throws MounterException {
        Semaphore semaphore = taken.computeIfAbsent(key, _ -> new Semaphore(1));
        try {
            if (!semaphore.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MounterException(
                    MounterException.Reason.FAILED, "interrupted while waiting for " + key, e);
        }
        // Who gave it back may have removed it meanwhile: then it is nobody's any more.
        if (!semaphore.equals(taken.get(key))) {
            semaphore.release();
            throw busy(key);
        }
        return () -> {
            taken.remove(key, semaphore);
            semaphore.release();
        };
    }

    private static MounterException busy(String key) {
        return new MounterException(
                MounterException.Reason.BUSY, "another operation goes on with " + key);
    }
}
