package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.engine.Isolation;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.linux.UserId;

/**
 * One process serves the volumes of a node through real mounts from real pods, is killed, and is
 * replaced by that of another pod, under loop devices that are written and read all the time.
 */
class EngineHostIT {

    private static final int VOLUMES = 3;
    private static final int ROUNDS = Integer.getInteger("trials.rounds", 3);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final long SIZE_BYTES = 64L << 20;

    /** Half of what requests wait for pods, as the machine may have much else to do. */
    private static final long STALL_MILLIS = 15_000;

    private static final String HEAP = "96m";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Journal journal = new Journal();
    private final List<HostedDisk> disks = new ArrayList<>();
    private final List<StallProbe> probes = new ArrayList<>();
    private @Nullable TriedSan used;
    private @Nullable NodePod serving;

    @BeforeEach
    void requireMounts() {
        boolean able =
                UserId.effective().isRoot()
                        && Files.exists(Path.of("/dev/fuse"))
                        && FuseSession.isTakeoverAvailable();
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, /dev/fuse and Linux 6.9");
        }
    }

    private void serveVolumes(Isolation isolation) throws IOException {
        TriedSan san = TriedSan.create();
        used = san;
        switch (isolation) {
            case SHARED ->
                    san.run("up", "--isolation", "shared", "--underlay", "loopback").orFail();
            case ISOLATED -> san.run("up", "--isolation", "isolated").orFail();
        }
        NodePod.Rights rights =
                switch (isolation) {
                    case SHARED -> NodePod.Rights.ORDINARY_USER;
                    case ISOLATED -> NodePod.Rights.ROOT;
                };
        NodePod pod = NodePod.start(san, "a", HEAP, rights);
        serving = pod;
        pod.awaitServing();
        for (int number = 0; number < VOLUMES; number++) {
            disks.add(HostedDisk.serve(san, pod, "v" + number, isolation, SIZE_BYTES));
        }
    }

    @AfterEach
    void takeAllAway() throws IOException {
        for (HostedDisk disk : disks) {
            disk.mount().abort();
        }
        for (StallProbe probe : probes) {
            probe.close();
        }
        for (HostedDisk disk : disks) {
            disk.close();
        }
        if (serving != null) {
            serving.close();
        }
        if (used != null) {
            used.close();
        }
    }

    private NodePod pod() {
        return Objects.requireNonNull(serving);
    }

    private void probe() throws IOException {
        for (HostedDisk disk : disks) {
            StallProbe probe = new StallProbe(Block.ofFile(disk.device().path()), 200, journal);
            probes.add(probe);
            probe.start();
        }
        awaitRounds();
    }

    /** All volumes are written and read. */
    private void awaitRounds() {
        List<Long> before = probes.stream().map(StallProbe::rounds).toList();
        await().atMost(PATIENCE)
                .until(() -> {
                    checkProbes();
                    for (int at = 0; at < probes.size(); at++) {
                        if (probes.get(at).rounds() < before.get(at) + 20) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private void checkProbes() {
        assertThat(probes)
                .as(journal.toString())
                .allSatisfy(probe -> assertThat(probe.failure()).isNull());
    }

    private long cpuMillis() {
        return ProcessHandle.of(pod().engine().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }

    private void checkStalls(String after) {
        long longest = probes.stream().mapToLong(StallProbe::longestMillis).max().orElseThrow();
        long oversleep =
                probes.stream().mapToLong(StallProbe::longestOversleepMillis).max().orElseThrow();
        System.out.printf(
                "the longest stall after %s: %d ms; this machine alone kept threads waiting for"
                        + " %d ms; the engine process has used %d ms of processors%n",
                after, longest, oversleep, cpuMillis());
        assertThat(longest).as(journal.toString()).isLessThan(STALL_MILLIS);
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void aProcessThatIsKilledTakesUpAllVolumesAndNobodySeesAnError(Isolation isolation)
            throws Exception {
        serveVolumes(isolation);
        NodePod pod = pod();
        probe();
        for (int round = 0; round < ROUNDS; round++) {
            pod.engine().kill();
            journal.note("killed");
            pod.startEngine();
            pod.awaitServing();
            journal.note("asked, after " + cpuMillis() + " ms of processors");
            for (HostedDisk disk : disks) {
                assertThat(disk.awaitSettled(pod).state()).isEqualTo(VolumeState.SERVING);
            }
            journal.note("all serve again, after " + cpuMillis() + " ms of processors");
            awaitRounds();
        }
        checkStalls(ROUNDS + " kills of the engine");
        // Each start is an epoch of its own.
        assertThat(Objects.requireNonNull(disks.getFirst().status(pod).engine()).epoch())
                .isEqualTo(HostedDisk.GENERATION + "." + (ROUNDS + 1));
        // The keeper that the mounter has goes with the engine, then the sidecar's.
        for (String keeper : List.of("mounter", "sidecar")) {
            awaitDeposits();
            pod.process(keeper).kill();
            pod.engine().kill();
            pod.startKeeper(keeper);
            pod.startEngine();
            pod.awaitServing();
            awaitRounds();
        }
    }

    private void awaitDeposits() {
        await().atMost(PATIENCE)
                .until(() ->
                        pod().mounter().list().size() == VOLUMES
                                && pod().sidecar().list().size() == VOLUMES);
    }

    @Test
    void aProcessOfANewerPodTakesTheVolumesOverAndOneThatDiesOnTheWayLeavesThem() throws Exception {
        serveVolumes(Isolation.SHARED);
        TriedSan san = Objects.requireNonNull(used);
        NodePod pod = pod();
        Random random = new Random(SEED);
        probe();
        // The names of pods are in the order in which they come.
        for (int round = 0; round < ROUNDS; round++) {
            try (NodePod dying = NodePod.start(san, "b" + round, HEAP)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(5_000)));
                dying.engine().kill();
                boolean went = dying.log().contains("serves the volumes of this node");
                System.out.printf("seed %d, killed %s it served%n", SEED, went ? "when" : "before");
                if (pod.log().contains("a process of a newer pod serves")) {
                    // It had said that it is ready: its pod starts it again.
                    dying.startEngine();
                    dying.awaitServing();
                    awaitRounds();
                    return;
                }
            }
            pod.awaitServing();
            awaitRounds();
        }
        NodePod next = NodePod.start(san, "c", HEAP);
        next.awaitServing();
        await().atMost(PATIENCE).until(() -> pod.log().contains("a process of a newer pod serves"));
        assertThat(pod.ask(new EngineRequest.Survey())).isInstanceOf(EngineAnswer.Refused.class);
        await().atMost(PATIENCE).until(() -> next.mounter().list().size() == VOLUMES);
        awaitRounds();
        pod.close();
        serving = next;
        awaitRounds();
        checkStalls("a roll, with successors that died");
        // The old one dies, whether or not it has handed them over, and is started again.
        NodePod last = NodePod.start(san, "d", HEAP);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000)));
        next.engine().kill();
        next.startEngine();
        last.awaitServing();
        awaitRounds();
        next.close();
        serving = last;
        awaitRounds();
    }

    @Test
    void aVolumeGrowsIsFencedAndDetachedWhileOthersAreUsed() throws Exception {
        serveVolumes(Isolation.SHARED);
        NodePod pod = pod();
        probe();
        HostedDisk disk = disks.getFirst();
        assertThat(pod.ask(disk.attachment())).isInstanceOf(EngineAnswer.Volume.class);
        long grown = 2 * SIZE_BYTES;
        VolumeReport larger = HostedDisk.report(pod.ask(new EngineRequest.Grow(disk.id(), grown)));
        assertThat(larger.sizeBytes()).isEqualTo(grown);
        disk.device().grow();
        assertThat(
                        Files.readString(
                                        Path.of(
                                                "/sys/block",
                                                disk.device().path().getFileName().toString(),
                                                "size"))
                                .strip())
                .isEqualTo(Long.toString(grown / 512));
        StallProbe fenced = probes.removeFirst();
        VolumeReport report =
                HostedDisk.report(
                        pod.ask(new EngineRequest.Fenced(disk.id(), HostedDisk.GENERATION + 1)));
        assertThat(report.state()).isEqualTo(VolumeState.FENCED);
        await().atMost(PATIENCE).until(() -> fenced.failure() != null);
        fenced.close();
        pod.engine().kill();
        pod.startEngine();
        pod.awaitServing();
        assertThat(disk.awaitSettled(pod).state()).isEqualTo(VolumeState.FENCED);
        awaitRounds();
        assertThat(pod.ask(new EngineRequest.Detach(disk.id(), HostedDisk.GENERATION)))
                .isEqualTo(new EngineAnswer.Detached(disk.id()));
        assertThat(pod.ask(new EngineRequest.Status(disk.id())))
                .isInstanceOf(EngineAnswer.Refused.class);
        awaitRounds();
        checkStalls("the fencing of another volume");
    }
}
