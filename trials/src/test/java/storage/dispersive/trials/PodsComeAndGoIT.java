package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.linux.UserId;

/**
 * fio writes and verifies while pods are killed and come back at random, at most m away at once.
 *
 * <p>{@code -Dtrials.seconds} is how long each run lasts at least; {@code -Dtrials.seed} repeats
 * the decisions of another run, as far as real processes can be repeated.
 */
class PodsComeAndGoIT {

    private static final int SECONDS = Integer.getInteger("trials.seconds", 20);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());

    /** What an idle machine keeps; measured and printed, not asserted. */
    private static final long WANTED_STALL_MILLIS = 1_000;

    /** What is asserted: this machine may have much else to do. */
    private static final long MOST_STALL_MILLIS = 10_000;

    private final Journal journal = new Journal();

    @Test
    void fioVerifiesOverNbdWhilePodsComeAndGo() throws Exception {
        try (TriedVolume volume = TriedVolume.attach("nbd")) {
            Path socket = volume.device();
            Block block =
                    Block.ofNbd(socket, TriedVolume.NAME, TriedVolume.SIZE_BYTES - Block.BYTES);
            torment("NBD", volume, block, fio -> fio.onNbd(socket, TriedVolume.NAME));
        }
    }

    @Test
    void fioVerifiesOnExt4WhilePodsComeAndGo() throws Exception {
        verifyOn(MountedDisk.Kind.EXT4);
    }

    @Test
    void fioVerifiesOnXfsWhilePodsComeAndGo() throws Exception {
        verifyOn(MountedDisk.Kind.XFS);
    }

    private void verifyOn(MountedDisk.Kind kind) throws Exception {
        requireRoot();
        try (TriedVolume volume = TriedVolume.attach("fuse")) {
            MountedDisk disk = MountedDisk.create(kind, volume.device(), volume.mountPoint());
            try (disk) {
                Block block = Block.ofFile(disk.directory().resolve("probe"));
                torment(kind.name(), volume, block, fio -> fio.inDirectory(disk.directory()));
            }
            disk.checkUnmounted();
        }
    }

    /** How fio is run. */
    private interface Run {
        VerifyingFio.Result with(VerifyingFio fio) throws IOException, InterruptedException;
    }

    private void torment(String name, TriedVolume volume, Block block, Run run) throws Exception {
        FairShare fairShare = new FairShare(volume.local(), TriedVolume.NAME);
        PodTorment torment =
                new PodTorment(volume.local(), fairShare, TriedVolume.REDUNDANCY, SEED, journal);
        StallProbe probe = new StallProbe(block, WANTED_STALL_MILLIS / 2, journal);
        try {
            VerifyingFio.Result done;
            // The probe ends last: pods that return get their share only of what is written.
            try (probe) {
                probe.start();
                try (torment) {
                    torment.start();
                    done = run.with(new VerifyingFio(SECONDS, SEED));
                }
            }
            assertThat(torment.failure()).isNull();
            assertThat(probe.failure()).isNull();
            print(name, done, torment, probe, fairShare);
            assertThat(torment.kills()).as("pods killed").isGreaterThanOrEqualTo(2);
            assertThat(done.verifiedBytes()).isEqualTo(done.writtenBytes());
            assertThat(probe.longestMillis())
                    .as("the probe's longest wait, ms")
                    .isLessThan(MOST_STALL_MILLIS);
            assertThat(done.longestMillis())
                    .as("fio's longest wait, ms")
                    .isLessThan(MOST_STALL_MILLIS);
        } catch (Throwable e) {
            System.err.println("PodsComeAndGoIT, " + name + ": seed " + SEED + "\n" + journal);
            System.err.println(volume.san().run("status").output());
            throw e;
        }
    }

    private void print(
            String name,
            VerifyingFio.Result done,
            PodTorment torment,
            StallProbe probe,
            FairShare fairShare)
            throws IOException {
        Duration slowest =
                torment.returns().isEmpty() ? Duration.ZERO : Collections.max(torment.returns());
        System.out.printf(
                "%s: seed %d, %d MB written and verified, %d kills, %d returns; "
                        + "longest: %d ms of %d rounds of the probe, %d ms in fio, %d ms commit, "
                        + "%d ms until the fair share (median %d ms); the machine's own stall %d ms"
                        + ", load %s%n",
                name,
                SEED,
                done.verifiedBytes() / 1_000_000,
                torment.kills(),
                torment.returns().size(),
                probe.longestMillis(),
                probe.rounds(),
                done.longestMillis(),
                fairShare.longestCommitMillis(),
                slowest.toMillis(),
                torment.medianReturn().toMillis(),
                probe.longestOversleepMillis(),
                Files.readString(Path.of("/proc/loadavg")).strip());
        if (Math.max(probe.longestMillis(), done.longestMillis()) >= WANTED_STALL_MILLIS) {
            System.out.println(name + ": stalls over the wanted bound\n" + journal);
        }
    }

    private static void requireRoot() {
        boolean able = UserId.effective().isRoot() && Files.exists(Path.of("/dev/fuse"));
        if (!able && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root and /dev/fuse");
        }
    }
}
