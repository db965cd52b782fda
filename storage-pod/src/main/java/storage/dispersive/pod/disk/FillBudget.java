package storage.dispersive.pod.disk;

import java.util.concurrent.TimeUnit;

/**
 * How much may be written into spare files beside the syncs of others: each of their syncs pays for
 * a few bytes, and while nobody syncs everything is free. Not thread-safe.
 */
final class FillBudget {

    private static final long BYTES_PAID_BY_A_SYNC = 64 << 10;
    private static final long MOST_BYTES = 8L << 20;
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private long bytes;
    private long lastSyncNanos;

    FillBudget(long nowNanos) {
        lastSyncNanos = nowNanos - QUIET_NANOS;
    }

    void synced(long nowNanos) {
        bytes = Math.min(MOST_BYTES, bytes + BYTES_PAID_BY_A_SYNC);
        lastSyncNanos = nowNanos;
    }

    /** How long to wait at most before so much may be written; 0 or less: now. */
    long waitNanos(int wantedBytes, long nowNanos) {
        return bytes >= wantedBytes ? 0 : lastSyncNanos + QUIET_NANOS - nowNanos;
    }

    void spend(int spentBytes) {
        bytes = Math.max(0, bytes - spentBytes);
    }
}
