package storage.dispersive.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.san.VolumeDescriber;
import storage.dispersive.cli.state.Json;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.engine.Isolation;
import storage.dispersive.linux.UserId;

/** A volume is used as a description says, by a command that knows nothing of the local SAN. */
class TryDescribedVolumeIT {

    private static final String VOLUME = "described";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String VERIFIED = "verified 128 blocks, 0 wrong";

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void whatIsWrittenWhileAPodDiesIsVerifiedAndVerifiedAgainAfterRecovery(Isolation isolation)
            throws Exception {
        Assumptions.assumeTrue(
                isolation == Isolation.SHARED || UserId.effective().isRoot(),
                "machines are made by root");
        try (TriedSan san = TriedSan.create()) {
            san.run(up(isolation)).orFail();
            san.run("volume", "create", VOLUME, "--size", "256MiB").orFail();
            Path description = describe(san, isolation, 1);
            String word = isolation == Isolation.SHARED ? "Shared" : "Isolated";
            Path out = san.home().resolve("try.out");
            Path err = san.home().resolve("try.err");
            Process tried =
                    san.begin(
                            out,
                            err,
                            "try",
                            description.toString(),
                            "--until-stopped",
                            "--blocks",
                            "128");
            try {
                awaitLine(tried, out, err, "0 errors", "12 " + word + ",");
                san.run("pod", "kill", "pod-2").orFail();
                awaitLine(tried, out, err, "0 errors", "10 " + word + ", 2 " + word + " CLOSED");
                tried.destroy();
                TriedSan.awaitEnd(tried);
            } finally {
                tried.destroyForcibly();
            }
            List<String> lines = Files.readAllLines(out);
            assertThat(tried.exitValue()).as(Files.readString(err)).isZero();
            assertThat(lines).filteredOn(VERIFIED::equals).hasSize(2);
            assertThat(lines.getLast()).isEqualTo(VERIFIED);
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("serving "))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("portion 5 pod-5 READ " + word));
            assertThat(lines)
                    .filteredOn(line -> line.contains(" operations, "))
                    .allSatisfy(line -> assertThat(line).endsWith(", 0 errors"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "SHARED")
    void whatOthersWroteIsDestroyedOnlyWhenThatIsAskedFor(Isolation isolation) throws Exception {
        try (TriedSan san = TriedSan.create()) {
            san.run(up(isolation)).orFail();
            san.run("volume", "create", VOLUME, "--size", "16MiB").orFail();
            Path socket = san.attachNbd(VOLUME);
            try (NbdClient client = NbdClient.connect(socket, "")) {
                client.write(
                        0,
                        ByteBuffer.wrap(
                                "precious".repeat(512).getBytes(StandardCharsets.US_ASCII)));
            }
            san.run("volume", "detach", VOLUME).orFail();
            String description = describe(san, isolation, 2).toString();
            TriedSan.Done refused = san.run("try", description, "--seconds", "1");
            assertThat(refused.status()).as(refused.output()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("the volume holds data: block 0 ")
                    .contains("--overwrite");
            String next = describe(san, isolation, 3).toString();
            san.run("try", next, "--seconds", "1", "--overwrite").orFail();
            String last = describe(san, isolation, 4).toString();
            assertThat(san.run("try", last, "--seconds", "1").lastLine()).endsWith(", 0 wrong");
        }
    }

    private static String[] up(Isolation isolation) {
        return isolation == Isolation.SHARED
                ? new String[] {"up", "--isolation", "shared", "--underlay", "loopback"}
                : new String[] {"up", "--isolation", "isolated"};
    }

    private static void awaitLine(
            Process process, Path out, Path err, String wanted, String alsoWanted) {
        await().atMost(PATIENCE)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(
                                Files.readString(out) + "\n" + Files.readString(err));
                    }
                    return Files.readAllLines(out).stream()
                            .anyMatch(line -> line.contains(wanted) && line.contains(alsoWanted));
                });
    }

    /** Writes what the local SAN has recorded, as another program would. */
    private static Path describe(TriedSan tried, Isolation isolation, long generation)
            throws IOException {
        Map<String, Object> description =
                VolumeDescriber.describe(new SanHome(tried.home()), VOLUME, isolation, generation);
        description.put("run", 1);
        return Files.writeString(tried.home().resolve("try.json"), Json.page(description));
    }
}
