package storage.dispersive.mounter.local;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import storage.dispersive.mounter.MounterException;

/**
 * One operation at a time for each volume and for each path. What meets another one is refused,
 * rather than queued behind a disk that may hang. Thread contract: any thread.
 */
final class Turns {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition given = lock.newCondition();
    private final Set<String> taken = new HashSet<>();

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
        long end = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (!taken.add(key)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new MounterException(
                            MounterException.Reason.BUSY, "another operation goes on with " + key);
                }
                boolean _ = given.await(left, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MounterException(
                    MounterException.Reason.FAILED, "interrupted while waiting for " + key, e);
        } finally {
            lock.unlock();
        }
        return () -> give(key);
    }

    private void give(String key) {
        lock.lock();
        try {
            taken.remove(key);
            given.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
