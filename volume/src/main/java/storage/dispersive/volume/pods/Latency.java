package storage.dispersive.volume.pods;

/**
 * What reads of a pod usually take: an estimate of a high quantile that follows the measured values
 * up quickly and down slowly (a stochastic approximation, Robbins and Monro 1951).
 */
final class Latency {

    private static final double QUANTILE = 0.95;
    private static final double FIRST_ESTIMATE_NANOS = 2e6;
    private static final double STEP = 0.1;

    private double estimateNanos = FIRST_ESTIMATE_NANOS;

    void measured(long nanos) {
        double step = STEP * Math.max(estimateNanos, 1_000);
        estimateNanos += nanos > estimateNanos ? step * QUANTILE : -step * (1 - QUANTILE);
    }

    double estimateNanos() {
        return estimateNanos;
    }
}
