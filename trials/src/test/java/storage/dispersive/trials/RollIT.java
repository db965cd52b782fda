package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import storage.dispersive.cli.lan.Host;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.linux.UserId;

/**
 * Virtual network machines are replaced, all of them, again and again, while fio writes and
 * verifies: no request fails, and none waits for long.
 *
 * <p>{@code -Dtrials.seconds} is how long; the longest wait is printed. On a calm machine it is
 * below {@value #WANTED_STALL_MILLIS} ms.
 */
class RollIT {

    private static final int SECONDS = Integer.getInteger("trials.seconds", 15);
    private static final long SEED = Long.getLong("trials.seed", new Random().nextLong());
    private static final String VOLUME = "rolled";
    private static final long VOLUME_BYTES = 2L << 30;
    private static final int MACHINES = 12;
    private static final int MACHINES_OF_A_POD = 2;
    private static final long WANTED_STALL_MILLIS = 200;

    /** What is asserted: this machine may have much else to do. */
    private static final long MOST_STALL_MILLIS = 5_000;

    @Test
    void nothingFailsWhileAllMachinesAreReplaced() throws Exception {
        Assumptions.assumeTrue(UserId.effective().isRoot(), "machines are made by root");
        Journal journal = new Journal();
        try (TriedSan san = TriedSan.create()) {
            san.run("up").orFail();
            san.run("volume", "create", VOLUME, "--size", Long.toString(VOLUME_BYTES)).orFail();
            Path socket = san.attachNbd(VOLUME);
            LocalSan local = LocalSan.open(new SanHome(san.home()));
            Set<String> leases = new HashSet<>(san.leases(VOLUME));
            // More where a host was late and a session is being replaced already.
            assertThat(leases).hasSizeGreaterThanOrEqualTo(MACHINES);
            Block block = Block.ofNbd(socket, VOLUME, VOLUME_BYTES - Block.BYTES);
            StallProbe probe = new StallProbe(block, WANTED_STALL_MILLIS, journal);
            int rolls = 0;
            VerifyingFio.Result done;
            try (probe) {
                probe.start();
                CompletableFuture<VerifyingFio.Result> fio = verify(socket);
                while (!fio.isDone()) {
                    journal.note("roll " + ++rolls);
                    assertThat(local.connections().roll(VOLUME)).isEqualTo(MACHINES);
                    assertThat(leases.addAll(san.leases(VOLUME))).as("new leases").isTrue();
                }
                done = fio.join();
            } catch (Throwable e) {
                System.err.println("RollIT: seed " + SEED + "\n" + journal);
                System.err.println(san.run("status").output());
                throw e;
            }
            System.out.printf(
                    "%d rolls of %d machines, %d MB written and verified; longest: %d ms of %d"
                            + " rounds of the probe, %d ms in fio; the machine's own stall %d ms,"
                            + " load %s%n",
                    rolls,
                    MACHINES,
                    done.verifiedBytes() / 1_000_000,
                    probe.longestMillis(),
                    probe.rounds(),
                    done.longestMillis(),
                    probe.longestOversleepMillis(),
                    Files.readString(Path.of("/proc/loadavg")).strip());
            assertThat(probe.failure()).isNull();
            assertThat(rolls).isGreaterThan(3);
            assertThat(leases).hasSizeGreaterThanOrEqualTo(rolls * MACHINES);
            assertThat(done.verifiedBytes()).isEqualTo(done.writtenBytes());
            assertThat(probe.longestMillis()).isLessThan(MOST_STALL_MILLIS);
            assertThat(done.longestMillis()).isLessThan(MOST_STALL_MILLIS);
            assertNothingIsLeft(local);
        }
    }

    private static CompletableFuture<VerifyingFio.Result> verify(Path socket) {
        CompletableFuture<VerifyingFio.Result> result = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("fio")
                .start(() -> {
                    try {
                        result.complete(new VerifyingFio(SECONDS, SEED).onNbd(socket, VOLUME));
                    } catch (IOException | RuntimeException e) {
                        result.completeExceptionally(e);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    /** Each side has the machines that are in use, and none of those that were replaced. */
    private static void assertNothingIsLeft(LocalSan local) {
        for (Host host : local.hosts().all()) {
            int machines = host.name().equals(Lan.CLIENT) ? MACHINES : MACHINES_OF_A_POD;
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(SidecarSurvey.of(sidecar(local, host)))
                                    .as(host.name())
                                    .hasSize(machines));
        }
    }

    private static Path sidecar(LocalSan local, Host host) {
        return local.home().sidecarSocket(host.name());
    }
}
