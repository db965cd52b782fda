package storage.dispersive.pod.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes files of zeros beside the syncs of others. A file that was written before saves each sync
 * the commit of its new blocks, and costs its length once more. So while others sync, each of their
 * syncs pays for a few bytes: many small ones soon have their next file, few large ones go without.
 * While nobody syncs, filling is free; it still leaves most of the disk's time to others.
 *
 * <p>{@link #fill} is for one thread at a time, {@link #synced} for any.
 */
final class ZeroFiller {

    private static final int CHUNK_BYTES = 1 << 20;

    /** The filler rests so many times as long as it works: what is asked for comes first. */
    private static final int REST = 4;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition paid = lock.newCondition();
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final FillBudget budget = new FillBudget(System.nanoTime());

    /** Somebody else's sync has ended. */
    void synced() {
        lock.lock();
        try {
            long now = System.nanoTime();
            budget.synced(now);
            if (budget.waitNanos(CHUNK_BYTES, now) <= 0) {
                paid.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void fill(Path file, long sizeBytes) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < sizeBytes; at += CHUNK_BYTES) {
                awaitTurn();
                long startNanos = System.nanoTime();
                zeros.clear().limit(Math.clamp(sizeBytes - at, 0, CHUNK_BYTES));
                ChannelFile.writeFully(channel, zeros, at);
                // Synced bit by bit, or the whole file would stand before a commit's sync.
                channel.force(false);
                LockSupport.parkNanos(REST * (System.nanoTime() - startNanos));
            }
            channel.force(true);
        }
    }

    private void awaitTurn() {
        lock.lock();
        try {
            long wait = budget.waitNanos(CHUNK_BYTES, System.nanoTime());
            while (wait > 0) {
                paid.awaitNanos(wait);
                wait = budget.waitNanos(CHUNK_BYTES, System.nanoTime());
            }
            budget.spend(CHUNK_BYTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
