package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.engine.EngineReport;
import storage.dispersive.linux.UserId;
import storage.dispersive.vnet.netlink.LinkCounters;

/**
 * Cables and bridges of the hosts' network fail in several ways while fio writes and verifies.
 * {@code -Dtrials.fault-seconds} is how long each fault lasts, {@code -Dtrials.seed} chooses the
 * cable.
 */
class UnderlayFaultsIT {

    private static final int FAULT_SECONDS = Integer.getInteger("trials.fault-seconds", 3);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());

    /** Something must write until all faults are healed. */
    private static final int FIO_SECONDS = 8 * FAULT_SECONDS;

    private static final long SLOW_BYTES_PER_SECOND = 1_000_000;

    /** As good as nothing gets through. */
    private static final long TRICKLE_BYTES_PER_SECOND = 1_000;

    private static final int SHORT_MTU = 1_000;
    private static final int FLAPS = 10;
    private static final long FLAP_MILLIS = 100;

    private static final long NOTABLE_MILLIS = 200;

    /** What is asserted: this machine may have much else to do. */
    private static final long MOST_STALL_MILLIS = 10_000;

    /** A connection that waits for its end by itself would need 15 s. */
    private static final Duration LEAVES_A_PATH_IN = Duration.ofSeconds(8);

    private static final int CONNECTIONS = 12;

    private final Journal journal = new Journal();

    /** What happens to the cable of one pod. */
    private enum Fault {
        DOWN,
        FLAPPING,
        SLOW,
        BLACK_HOLE,
        ONE_WAY
    }

    @Test
    void fioVerifiesWhileTheCableOfAPodIsBad() throws Exception {
        requireRoot();
        try (TriedVolume volume = TriedVolume.attach("nbd", "--isolation", "isolated");
                FaultyNetwork network = FaultyNetwork.of(volume.local().home())) {
            String pod = "pod-" + new Random(SEED).nextInt(6);
            String cable = pod + "-0";
            FairShare fairShare = new FairShare(volume.local(), TriedVolume.NAME);
            run(
                    volume,
                    () -> {
                        for (Fault fault : Fault.values()) {
                            journal.note(fault + " at " + cable);
                            LinkCounters before = network.counters(cable);
                            inflict(network, cable, fault);
                            LinkCounters after = network.counters(cable);
                            network.heal(cable);
                            journal.note("healed");
                            // What the engine sends to it: that a pod is called UP says less.
                            Duration without = fairShare.timeUntilFair(pod);
                            long there = after.sentBytes() - before.sentBytes();
                            long back = after.receivedBytes() - before.receivedBytes();
                            System.out.printf(
                                    "%s: %d kB to the pod, %d kB from it; fair share after %d ms%n",
                                    fault, there / 1_000, back / 1_000, without.toMillis());
                            assertThat(there)
                                    .as("bytes during %s", fault)
                                    .isLessThan(mostBytes(fault));
                        }
                    });
        }
    }

    /** That went to the pod during a fault; shows that it was one. */
    private static long mostBytes(Fault fault) {
        return switch (fault) {
            case DOWN -> 10_000;
            case ONE_WAY -> 500_000;
            case SLOW -> 2L * FAULT_SECONDS * SLOW_BYTES_PER_SECOND;
            // Long packets that the kernel has not cut yet may pass a short link of its own.
            case FLAPPING, BLACK_HOLE -> Long.MAX_VALUE;
        };
    }

    @Test
    void aPathThatDiesIsLeftAtOnce() throws Exception {
        requireRoot();
        try (TriedVolume volume =
                        TriedVolume.attach("nbd", "--isolation", "isolated", "--paths", "2");
                FaultyNetwork network = FaultyNetwork.of(volume.local().home())) {
            assertThat(connectionsOn(volume, "path0")).isPositive();
            run(
                    volume,
                    () -> {
                        network.bringDown("path0");
                        journal.note("path0 is down");
                        long start = System.nanoTime();
                        await().atMost(LEAVES_A_PATH_IN)
                                .pollInterval(Duration.ofMillis(20))
                                .until(() -> connectionsOn(volume, "path1") == CONNECTIONS);
                        System.out.println(
                                "a path that died was left in " + millisSince(start) + " ms");
                        network.heal("path0");
                    });
        }
    }

    private static void inflict(FaultyNetwork network, String cable, Fault fault)
            throws IOException {
        switch (fault) {
            case DOWN -> network.bringDown(cable);
            case SLOW -> network.limit(cable, SLOW_BYTES_PER_SECOND);
            case ONE_WAY -> network.limit(cable, TRICKLE_BYTES_PER_SECOND);
            case BLACK_HOLE -> network.shorten(cable, SHORT_MTU);
            case FLAPPING -> {
                for (int i = 0; i < FLAPS; i++) {
                    network.bringDown(cable);
                    pause(FLAP_MILLIS);
                    network.heal(cable);
                    pause(FLAP_MILLIS);
                }
                return;
            }
        }
        pause(TimeUnit.SECONDS.toMillis(FAULT_SECONDS));
    }

    /** How long a fault lasts, which nothing but time decides. */
    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private interface Trial {
        void run() throws IOException;
    }

    /** Runs the trial beside fio and a probe, neither of which may meet an error. */
    private void run(TriedVolume volume, Trial trial) throws Exception {
        long probed = TriedVolume.SIZE_BYTES - Block.BYTES;
        Block block = Block.ofNbd(volume.device(), TriedVolume.NAME, probed);
        StallProbe probe = new StallProbe(block, NOTABLE_MILLIS, journal);
        try {
            VerifyingFio.Result done;
            try (probe) {
                probe.start();
                CompletableFuture<VerifyingFio.Result> fio =
                        CompletableFuture.supplyAsync(() -> fio(volume));
                trial.run();
                done = fio.get();
            }
            assertThat(probe.failure()).isNull();
            assertThat(done.verifiedBytes()).isEqualTo(done.writtenBytes());
            System.out.printf(
                    "longest: %d ms of the probe, %d ms in fio; the machine's own stall %d ms%n",
                    probe.longestMillis(), done.longestMillis(), probe.longestOversleepMillis());
            assertThat(probe.longestMillis()).isLessThan(MOST_STALL_MILLIS);
            assertThat(done.longestMillis()).isLessThan(MOST_STALL_MILLIS);
        } catch (Throwable e) {
            System.err.println("UnderlayFaultsIT: -Dtrials.seed=" + SEED + "\n" + journal);
            System.err.println(volume.san().run("status").output());
            throw e;
        }
    }

    private static VerifyingFio.Result fio(TriedVolume volume) {
        try {
            return new VerifyingFio(FIO_SECONDS, SEED).onNbd(volume.device(), TriedVolume.NAME);
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    private static long connectionsOn(TriedVolume volume, String path) {
        return volume.report().connections().stream()
                .map(EngineReport.Connection::machine)
                .filter(machine -> machine != null && machine.path().equals(path))
                .count();
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private static void requireRoot() {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make hosts of their own");
        }
    }
}
