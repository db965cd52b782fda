package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.linux.UserId;

/**
 * Sidecars, pods and engines are killed at random moments while the others live, and {@code up}
 * brings back what is missing. {@code -Dtrials.seconds} is how long fio writes at least, {@code
 * -Dtrials.seed} repeats the decisions of another run.
 */
class SidecarsDieIT {

    private static final int SECONDS = Integer.getInteger("trials.seconds", 20);
    private static final int ROUNDS = Integer.getInteger("trials.rounds", 2);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());

    private static final long NOTABLE_MILLIS = 500;

    /** What is asserted: this machine may have much else to do. */
    private static final long MOST_STALL_MILLIS = 10_000;

    private static final int MACHINES = 12;
    private static final int HOSTS = 7;
    private static final int SOME_STRIPES = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int WRITTEN_BYTES = 4 << 20;
    private static final int REQUEST_BYTES = 64 << 10;

    private final Journal journal = new Journal();

    @Test
    void fioVerifiesWhileSidecarsAndPodsDie() throws Exception {
        requireRoot();
        try (TriedVolume volume = TriedVolume.attach("nbd", "--isolation", "isolated")) {
            long probed = TriedVolume.SIZE_BYTES - Block.BYTES;
            Block block = Block.ofNbd(volume.device(), TriedVolume.NAME, probed);
            StallProbe probe = new StallProbe(block, NOTABLE_MILLIS, journal);
            SidecarTorment torment = new SidecarTorment(volume, SEED, journal);
            try (probe) {
                probe.start();
                VerifyingFio.Result done;
                try (torment) {
                    torment.start();
                    done = new VerifyingFio(SECONDS, SEED).onNbd(volume.device(), TriedVolume.NAME);
                }
                assertThat(torment.failure()).isNull();
                assertThat(probe.failure()).isNull();
                assertThat(torment.kills().keySet())
                        .as("kinds of death")
                        .containsExactlyInAnyOrder(SidecarTorment.Death.values());
                assertThat(done.verifiedBytes()).isEqualTo(done.writtenBytes());
                assertThat(probe.longestMillis()).isLessThan(MOST_STALL_MILLIS);
                System.out.printf(
                        "seed %d: %s; %d MB verified; longest: %d ms of the probe, %d ms in fio;"
                                + " the machine's own stall %d ms%n",
                        SEED,
                        torment.kills(),
                        done.verifiedBytes() / 1_000_000,
                        probe.longestMillis(),
                        done.longestMillis(),
                        probe.longestOversleepMillis());
            } catch (Throwable e) {
                System.err.println("SidecarsDieIT: -Dtrials.seed=" + SEED + "\n" + journal);
                System.err.println(volume.san().run("status").output());
                throw e;
            }
        }
    }

    @Test
    void whatWasWrittenOutlivesTheEngineAndAllSidecars() throws Exception {
        requireRoot();
        Random random = new Random(SEED);
        try (TriedVolume volume = TriedVolume.attach("nbd", "--isolation", "isolated")) {
            TriedSan san = volume.san();
            Path socket = volume.device();
            for (int round = 0; round < ROUNDS; round++) {
                byte[] written = new byte[WRITTEN_BYTES];
                random.nextBytes(written);
                write(socket, written);
                kill(san, random.nextBoolean());
                san.run("up").orFail();
                socket = san.attachNbd(TriedVolume.NAME, "--take-over");
                assertThat(read(socket)).as("round %d, seed %d", round, SEED).isEqualTo(written);
            }
        }
    }

    /**
     * Through FUSE, with a file system on it. While there is no sidecar the same connections carry
     * on; when the engine is gone too, its successor takes the mount over.
     */
    @Test
    void fioVerifiesOnExt4WhileAllSidecarsDieAndThenTheEngine() throws Exception {
        requireRoot();
        assumeTrue(Files.exists(Path.of("/dev/fuse")), "needs /dev/fuse");
        try (TriedVolume volume = TriedVolume.attach("fuse", "--isolation", "isolated")) {
            Path directory = volume.mountPoint();
            MountedDisk disk =
                    MountedDisk.create(MountedDisk.Kind.EXT4, volume.device(), directory);
            try (disk) {
                verifyWhileAllSidecarsAndTheEngineDie(volume, directory);
            } catch (Throwable e) {
                System.err.println("SidecarsDieIT: -Dtrials.seed=" + SEED + "\n" + journal);
                System.err.println(volume.san().run("status").output());
                throw e;
            }
            disk.checkUnmounted();
        }
    }

    private void verifyWhileAllSidecarsAndTheEngineDie(TriedVolume volume, Path directory)
            throws Exception {
        TriedSan san = volume.san();
        Block block = Block.ofFile(directory.resolve("probe"));
        StallProbe probe = new StallProbe(block, NOTABLE_MILLIS, journal);
        VerifyingFio.Result done;
        try (probe) {
            probe.start();
            var fio = CompletableFuture.supplyAsync(() -> fio(directory));
            awaitWritten(volume);
            Set<String> leases = san.leases(TriedVolume.NAME);
            assertThat(leases).hasSize(MACHINES);
            assertThat(san.sidecars()).hasSize(HOSTS);
            san.sidecars().forEach(OwnedProcess::kill);
            journal.note("no sidecar lives");
            awaitWritten(volume);
            assertThat(san.leases(TriedVolume.NAME)).isEqualTo(leases);
            assertThat(san.sidecars()).isEmpty();
            san.engine(TriedVolume.NAME, san.generation(TriedVolume.NAME)).orElseThrow().kill();
            journal.note("nor does the engine");
            san.run("up").orFail();
            san.run("volume", "attach", TriedVolume.NAME, "--face", "fuse").orFail();
            journal.note("both are there again");
            awaitWritten(volume);
            assertThat(san.leases(TriedVolume.NAME)).hasSize(MACHINES);
            assertThat(fio.isDone()).as("fio wrote all the time").isFalse();
            done = fio.get();
        }
        System.out.printf(
                "ext4: %d MB verified; longest: %d ms of the probe, %d ms in fio%n",
                done.verifiedBytes() / 1_000_000, probe.longestMillis(), done.longestMillis());
        assertThat(probe.failure()).isNull();
        assertThat(done.verifiedBytes()).isEqualTo(done.writtenBytes());
    }

    private static VerifyingFio.Result fio(Path directory) {
        try {
            return new VerifyingFio(SECONDS, SEED).inDirectory(directory);
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    /** Waits until more was committed. */
    private static void awaitWritten(TriedVolume volume) {
        long before = volume.report().committedThrough();
        await().atMost(PATIENCE)
                .until(() -> volume.report().committedThrough() > before + SOME_STRIPES);
    }

    /** The engine and all sidecars, in either order. */
    private static void kill(TriedSan san, boolean engineFirst) throws IOException {
        OwnedProcess engine =
                san.engine(TriedVolume.NAME, san.generation(TriedVolume.NAME)).orElseThrow();
        List<OwnedProcess> sidecars = san.sidecars();
        assertThat(sidecars).hasSize(HOSTS);
        if (engineFirst) {
            engine.kill();
        }
        sidecars.forEach(OwnedProcess::kill);
        engine.kill();
        await().until(() -> !engine.isAlive());
    }

    private static void write(Path socket, byte[] bytes) throws IOException {
        try (NbdClient client = NbdClient.connect(socket, TriedVolume.NAME)) {
            for (int at = 0; at < bytes.length; at += REQUEST_BYTES) {
                client.write(at, ByteBuffer.wrap(bytes, at, REQUEST_BYTES));
            }
            client.flush();
        }
    }

    private static byte[] read(Path socket) throws IOException {
        byte[] bytes = new byte[WRITTEN_BYTES];
        try (NbdClient client = NbdClient.connect(socket, TriedVolume.NAME)) {
            for (int at = 0; at < bytes.length; at += REQUEST_BYTES) {
                client.read(at, ByteBuffer.wrap(bytes, at, REQUEST_BYTES));
            }
        }
        return bytes;
    }

    private static void requireRoot() {
        boolean able = UserId.effective().isRoot() && Files.exists(Path.of("/proc/self/ns/net"));
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make hosts of their own");
        }
    }
}
