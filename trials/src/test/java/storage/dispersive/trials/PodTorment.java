package storage.dispersive.trials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import storage.dispersive.cli.san.LocalSan;

/**
 * Kills pods with SIGKILL and starts them again, in an order that follows from a seed. A pod counts
 * as away from its kill until it has its fair share of new stripes again, so that never more than
 * {@code mostAway} are away from the engine's sight either.
 */
final class PodTorment implements AutoCloseable {

    private static final int MAX_PAUSE_MILLIS = 300;
    private static final int ONE_IN_HOW_MANY_IS_KILLED_ON_ITS_RETURN = 4;

    private final LocalSan san;
    private final FairShare fairShare;
    private final int mostAway;
    private final Random random;
    private final Journal journal;
    private final List<String> there = new ArrayList<>();
    private final List<String> away = new ArrayList<>();
    private final List<Duration> returns = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private int kills;
    private @Nullable Throwable failure;

    PodTorment(LocalSan san, FairShare fairShare, int mostAway, long seed, Journal journal) {
        this.san = san;
        this.fairShare = fairShare;
        this.mostAway = mostAway;
        this.random = new Random(seed);
        this.journal = journal;
        san.record().pods().forEach(pod -> there.add(pod.name()));
        this.thread = Thread.ofPlatform().name("torment").unstarted(this::torment);
    }

    void start() {
        thread.start();
    }

    /** How many pods were killed. To be asked after the end. */
    int kills() {
        return kills;
    }

    /** How long each pod, once ready, was without its fair share. To be asked after the end. */
    List<Duration> returns() {
        return List.copyOf(returns);
    }

    /** To be asked after the end. */
    Duration medianReturn() {
        List<Duration> sorted = returns.stream().sorted().toList();
        return sorted.isEmpty() ? Duration.ZERO : sorted.get(sorted.size() / 2);
    }

    /** What kept a pod from being killed or from returning. To be asked after the end. */
    @Nullable Throwable failure() {
        return failure;
    }

    private void torment() {
        try {
            while (!end.await(random.nextInt(MAX_PAUSE_MILLIS), TimeUnit.MILLISECONDS)) {
                if (away.isEmpty() || (away.size() < mostAway && random.nextBoolean())) {
                    String pod = there.remove(random.nextInt(there.size()));
                    away.add(pod);
                    kill(pod);
                } else {
                    bringBack(away.get(random.nextInt(away.size())));
                }
            }
            while (!away.isEmpty()) {
                bringBackForGood(away.getFirst());
            }
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            failure = e;
            journal.note("the torment failed: " + e);
        }
    }

    private void kill(String pod) {
        journal.note("killing " + pod + "; away: " + away);
        san.killPod(pod);
        kills++;
    }

    private void start(String pod) {
        journal.note("starting " + pod);
        san.startPod(pod, what -> {});
        journal.note(pod + " is ready");
    }

    /** Some die again at once: while they are fenced, or with their first stripes. */
    private void bringBack(String pod) {
        if (random.nextInt(ONE_IN_HOW_MANY_IS_KILLED_ON_ITS_RETURN) == 0) {
            start(pod);
            kill(pod);
        } else {
            bringBackForGood(pod);
        }
    }

    private void bringBackForGood(String pod) {
        start(pod);
        Duration without = fairShare.timeUntilFair(pod);
        returns.add(without);
        away.remove(pod);
        there.add(pod);
        journal.note(pod + " has its fair share again since " + without.toMillis() + " ms");
    }

    /** Ends the torment; all pods are back when this returns, unless that failed. */
    @Override
    public void close() throws IOException {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while pods come back");
        }
    }
}
