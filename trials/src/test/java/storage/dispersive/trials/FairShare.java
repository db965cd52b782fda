package storage.dispersive.trials;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import storage.dispersive.cli.san.EngineProcess;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.engine.EngineReport;

/**
 * Whether a pod gets its fair share of new stripes, by the engine's own counters of portions sent.
 * Used by one thread.
 */
final class FairShare {

    /** A generous bound: other work may share the machine. The figure itself is printed. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(20);

    /** As many portions for each neighbour, on average, are enough to compare. */
    private static final long PORTIONS_TO_COMPARE = 20;

    private static final double FAIR = 0.5;

    private final LocalSan san;
    private final String volume;
    private final AtomicLong longestCommitMillis = new AtomicLong();

    FairShare(LocalSan san, String volume) {
        this.san = san;
        this.volume = volume;
    }

    /** The longest commit in any report that was seen. */
    long longestCommitMillis() {
        return longestCommitMillis.get();
    }

    /** A moment, and what the engine said then. */
    private record Look(long nanos, EngineReport report) {}

    /**
     * Waits until the pod has its fair share, and says how long from now it had it not. Something
     * must write meanwhile.
     */
    Duration timeUntilFair(String pod) {
        long start = System.nanoTime();
        Look[] from = {look()};
        await().pollInSameThread()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .alias(pod + " has its fair share of new stripes")
                .until(() -> {
                    Look now = look();
                    double share = share(pod, from[0].report(), now.report());
                    if (share < FAIR) {
                        from[0] = now;
                    }
                    return share >= FAIR;
                });
        return Duration.ofNanos(Math.max(0, from[0].nanos() - start));
    }

    /**
     * What the pod was sent in proportion to its neighbours that were up all the time; NaN while
     * too little was sent to tell.
     */
    private static double share(String pod, EngineReport from, EngineReport to) {
        long own = 0;
        long others = 0;
        int neighbours = 0;
        for (int slot = 0; slot < to.portions().size(); slot++) {
            EngineReport.Portion now = to.portions().get(slot);
            EngineReport.Portion then = from.portions().get(slot);
            long sent = now.portionsSent() - then.portionsSent();
            if (now.pod().equals(pod)) {
                own = sent;
            } else if (now.state().equals("UP") && then.state().equals("UP")) {
                others += sent;
                neighbours++;
            }
        }
        return others < PORTIONS_TO_COMPARE * neighbours || neighbours == 0
                ? Double.NaN
                : (double) own * neighbours / others;
    }

    private Look look() {
        List<EngineProcess> engines = san.engines(san.volumes().get(volume));
        Optional<EngineReport> report = engines.getLast().report();
        Look look =
                new Look(
                        System.nanoTime(),
                        report.orElseThrow(() ->
                                new AssertionError("the engine of " + volume + " is silent")));
        longestCommitMillis.accumulateAndGet(look.report().longestCommitMillis(), Math::max);
        return look;
    }
}
