package storage.dispersive.cli.exercise;

/** Lets so many bytes pass in a second, and no burst that is much longer than a request. */
final class Pace {

    private static final double NANOS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final double most;
    private double credit;
    private long lastNanos;

    /** 0 bytes per second is no bound. */
    Pace(long bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.most = Math.max(bytesPerSecond / 10.0, 2.0 * MixedTransfers.MOST_BYTES);
        this.credit = most;
        this.lastNanos = nowNanos;
    }

    /** Whether the next request may begin. */
    boolean isOpen(long nowNanos) {
        double passed = (nowNanos - lastNanos) / NANOS_PER_SECOND;
        credit = Math.min(most, credit + passed * bytesPerSecond);
        lastNanos = nowNanos;
        return bytesPerSecond == 0 || credit > 0;
    }

    /** A request has begun, which may be more than there was room for: others wait longer. */
    void spend(long bytes) {
        credit -= bytes;
    }
}
