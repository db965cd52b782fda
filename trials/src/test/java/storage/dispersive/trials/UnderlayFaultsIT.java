package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.linux.UserId;
import storage.dispersive.trials.underlay.BridgeMeddler;
import storage.dispersive.trials.underlay.LongFrames;
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

    /** Of a network in the middle that nobody knows of: 1280 inside of a machine pass. */
    private static final int BLACK_HOLE_MTU = 1_400;

    private static final int LONGEST_FRAME_BYTES = BLACK_HOLE_MTU + 14;

    private static final int SAFE_MTU = 1_280;
    private static final int BLACK_HOLE_SECONDS = 10;
    private static final long CARRIED_BYTES = 256 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
                    FIO_SECONDS,
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
            case FLAPPING -> Long.MAX_VALUE;
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
                    FIO_SECONDS,
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

    /**
     * A network on the way to one pod drops long packets and tells nobody. None passes; I/O goes on
     * with the other pods; and the sessions of that pod are made again with packets that pass.
     *
     * <p>Tried: where {@code WayChoice} keeps the MTU of the way after a failure, no session with
     * 1280 is made.
     */
    @Test
    void aBlackHoleForLongPacketsIsLeftByShortOnes() throws Exception {
        requireRoot();
        try (TriedVolume volume = TriedVolume.attach("nbd", "--isolation", "isolated");
                FaultyNetwork network = FaultyNetwork.of(volume.local().home())) {
            String pod = "pod-" + new Random(SEED).nextInt(6);
            network.cutSegmentsAt(Lan.CLIENT, 0);
            network.cutSegmentsAt(pod, 0);
            run(volume, BLACK_HOLE_SECONDS, () -> fallIntoTheBlackHole(volume, pod));
        }
    }

    private void fallIntoTheBlackHole(TriedVolume volume, String pod) throws IOException {
        Inet4Address address =
                (Inet4Address) InetAddress.ofLiteral(Lan.podAddress(pod, AddressFamily.IPV4));
        try (LongFrames arrived =
                LongFrames.count(volume.san().host(pod), address, LONGEST_FRAME_BYTES)) {
            await().atMost(PATIENCE).until(() -> arrived.count() > 0);
            try (BridgeMeddler hole =
                    BridgeMeddler.dropLonger(volume.san().host("lan"), address, BLACK_HOLE_MTU)) {
                journal.note("long packets vanish on their way to and from " + pod);
                long before = settled(arrived);
                await().atMost(PATIENCE)
                        .alias("both sessions of " + pod + " have short packets")
                        .until(() -> mtus(volume, pod).equals(List.of(SAFE_MTU, SAFE_MTU)));
                journal.note("both sessions of " + pod + " have short packets");
                List<Long> carried = carried(volume, pod);
                new FairShare(volume.local(), TriedVolume.NAME).timeUntilFair(pod);
                await().atMost(PATIENCE)
                        .alias("both sessions of " + pod + " carry portions")
                        .until(() -> haveGrown(carried, carried(volume, pod)));
                System.out.println("packets of " + pod + " that vanished: " + hole.counts());
                assertThat(arrived.count()).as("long packets").isEqualTo(before);
                assertThat(hole.counts().to()).as("that vanished").isPositive();
            }
        }
    }

    /** The count when those that were on their way are counted. */
    private static long settled(LongFrames frames) {
        AtomicLong last = new AtomicLong(-1);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    long now = frames.count();
                    return last.getAndSet(now) == now;
                });
        return last.get();
    }

    private static List<Integer> mtus(TriedVolume volume, String pod) {
        return connectionsTo(volume, pod)
                .map(EngineReport.Connection::machine)
                .filter(Objects::nonNull)
                .map(EngineReport.Machine::mtuBytes)
                .toList();
    }

    /** By the write session to the pod, and by the read session from it. */
    private static List<Long> carried(TriedVolume volume, String pod) {
        return connectionsTo(volume, pod)
                .sorted(Comparator.comparing(EngineReport.Connection::session))
                .map(row -> row.session().equals("WRITE") ? row.bytesSent() : row.bytesReceived())
                .toList();
    }

    private static boolean haveGrown(List<Long> before, List<Long> after) {
        return before.size() == 2
                && after.size() == 2
                && after.getFirst() > before.getFirst() + CARRIED_BYTES
                && after.getLast() > before.getLast() + CARRIED_BYTES;
    }

    private static Stream<EngineReport.Connection> connectionsTo(TriedVolume volume, String pod) {
        return volume.report().connections().stream().filter(row -> row.pod().equals(pod));
    }

    private static void inflict(FaultyNetwork network, String cable, Fault fault)
            throws IOException {
        switch (fault) {
            case DOWN -> network.bringDown(cable);
            case SLOW -> network.limit(cable, SLOW_BYTES_PER_SECOND);
            case ONE_WAY -> network.limit(cable, TRICKLE_BYTES_PER_SECOND);
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
    private void run(TriedVolume volume, int seconds, Trial trial) throws Exception {
        long probed = TriedVolume.SIZE_BYTES - Block.BYTES;
        Block block = Block.ofNbd(volume.device(), TriedVolume.NAME, probed);
        StallProbe probe = new StallProbe(block, NOTABLE_MILLIS, journal);
        try {
            VerifyingFio.Result done;
            try (probe) {
                probe.start();
                CompletableFuture<VerifyingFio.Result> fio =
                        CompletableFuture.supplyAsync(() -> fio(volume, seconds));
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

    private static VerifyingFio.Result fio(TriedVolume volume, int seconds) {
        try {
            return new VerifyingFio(seconds, SEED).onNbd(volume.device(), TriedVolume.NAME);
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
