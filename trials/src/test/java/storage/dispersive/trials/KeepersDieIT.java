package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.cli.engine.EngineFiles;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.linux.UserId;
import storage.dispersive.linux.keeper.KeeperClient;

/**
 * Whoever holds a FUSE mount's descriptor dies at once with the engine, under a mounted file system
 * that is written all the time: the other one has it, and nobody sees an error. {@code
 * -Dtrials.rounds} is how often each of them dies, {@code -Dtrials.seed} repeats the decisions.
 */
class KeepersDieIT {

    private static final int ROUNDS = Integer.getInteger("trials.rounds", 2);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FILES_BETWEEN_DEATHS = 3;

    @Test
    void eitherKeeperMayDieWithTheEngine() throws Exception {
        requireRootAndTakeover();
        Random random = new Random(SEED);
        try (TriedVolume volume = TriedVolume.attach("fuse", "--isolation", "isolated")) {
            MountedDisk disk =
                    MountedDisk.create(MountedDisk.Kind.EXT4, volume.device(), volume.mountPoint());
            try (disk;
                    FileWriter writer = new FileWriter(disk.directory(), SEED)) {
                writer.start();
                try {
                    for (int round = 0; round < ROUNDS; round++) {
                        killInTurn(volume, writer, random);
                    }
                    awaitFiles(writer);
                } catch (Throwable e) {
                    // Else whoever waits for the disk, as unmounting does, would wait for ever.
                    volume.san().run("down", "--force");
                    throw e;
                }
                writer.stop();
                assertThat(writer.wrongFiles()).as("-Dtrials.seed=%d", SEED).isEmpty();
                System.out.printf(
                        "seed %d: %d deaths of keepers, %d files written and right%n",
                        SEED, 2 * ROUNDS, writer.written());
            }
            disk.checkUnmounted();
            volume.san().run("volume", "detach", TriedVolume.NAME).orFail();
            assertThat(sidecarHoldsADescriptor(volume)).as("after detaching").isFalse();
        }
    }

    private static void killInTurn(TriedVolume volume, FileWriter writer, Random random)
            throws IOException {
        awaitFiles(writer);
        kill(random, keeper(volume), engine(volume));
        attachAgain(volume);
        awaitFiles(writer);
        kill(random, sidecar(volume), engine(volume));
        volume.san().run("up").orFail();
        attachAgain(volume);
        awaitFiles(writer);
        sidecar(volume).kill();
        volume.san().run("up").orFail();
        // The engine lives, and sees that another sidecar is there.
        await().atMost(PATIENCE).until(() -> sidecarHoldsADescriptor(volume));
    }

    /** One after the other in either order, which is sooner than anybody could do about it. */
    private static void kill(Random random, OwnedProcess one, OwnedProcess other) {
        boolean first = random.nextBoolean();
        (first ? one : other).kill();
        (first ? other : one).kill();
    }

    private static void attachAgain(TriedVolume volume) throws IOException {
        volume.san().run("volume", "attach", TriedVolume.NAME, "--face", "fuse").orFail();
    }

    private static void awaitFiles(FileWriter writer) {
        long wanted = writer.written() + FILES_BETWEEN_DEATHS;
        await().atMost(PATIENCE)
                .until(() -> {
                    writer.throwFailure();
                    return writer.written() >= wanted;
                });
    }

    private static OwnedProcess engine(TriedVolume volume) {
        TriedSan san = volume.san();
        return san.engine(TriedVolume.NAME, san.generation(TriedVolume.NAME)).orElseThrow();
    }

    private static OwnedProcess keeper(TriedVolume volume) {
        TriedSan san = volume.san();
        Path engine =
                new SanHome(san.home()).engine(TriedVolume.NAME, san.generation(TriedVolume.NAME));
        return OwnedProcess.find(new EngineFiles(engine).keeper()).orElseThrow();
    }

    private static OwnedProcess sidecar(TriedVolume volume) {
        return volume.san().sidecar(Lan.CLIENT).orElseThrow();
    }

    private static boolean sidecarHoldsADescriptor(TriedVolume volume) throws IOException {
        Path socket = new SanHome(volume.san().home()).sidecarKeeper(Lan.CLIENT);
        return !new KeeperClient(socket).list().isEmpty();
    }

    private static void requireRootAndTakeover() {
        boolean able =
                UserId.effective().isRoot()
                        && Files.exists(Path.of("/dev/fuse"))
                        && FuseSession.isTakeoverAvailable();
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, /dev/fuse and Linux 6.9");
        }
    }
}
