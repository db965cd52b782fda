package storage.dispersive.mounter.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/** Programs: what they get, what is kept of what they say, and their end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgramsTest {

    private static final VolumeKey VOLUME = new VolumeKey("team-a.data");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Programs programs = new Programs();

    private ProgramResult run(Duration limit, String program, String... arguments)
            throws IOException {
        return programs.run(VOLUME, Programs.Command.of(program, arguments), limit);
    }

    private int status(String program, String... arguments) {
        try {
            return run(LONG, program, arguments).status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theEnvironmentIsCleanAndTheOutputIsKept() throws IOException {
        ProgramResult result = run(LONG, "env");
        assertThat(result.succeeded()).isTrue();
        assertThat(result.output().lines())
                .allMatch(line -> line.matches("(PATH|LC_ALL|LANG)=.*"))
                .hasSize(3);
    }

    @Test
    void onlyTheEndOfALongOutputIsKept() throws IOException {
        ProgramResult result = run(LONG, "seq", "1", "100000");
        assertThat(result.output()).endsWith("\n100000").hasSizeLessThan(4200);
    }

    @Test
    void aProgramThatTakesTooLongIsKilledAndForgotten() throws IOException {
        assertThatThrownBy(() -> run(Duration.ofMillis(300), "sleep", "1000"))
                .hasMessageContaining("sleep took longer than");
        assertThat(programs.survey()).isEmpty();
        assertThat(run(LONG, "false").status()).isEqualTo(1);
    }

    @Test
    void oneProgramRunsForAVolume() {
        Thread first =
                Thread.ofPlatform()
                        .start(() ->
                                assertThat(status("sleep", "1000"))
                                        .as("SIGKILL")
                                        .isEqualTo(128 + 9));
        await().until(() -> programs.survey().size() == 1);
        assertThatThrownBy(() -> run(LONG, "true")).hasMessageContaining("has not ended yet");
        assertThat(programs.survey()).extracting(Survey.Running::program).containsExactly("sleep");
        programs.kill(VOLUME);
        await().until(() -> !first.isAlive());
        assertThat(programs.survey()).isEmpty();
    }

    @Test
    void aProgramThatIsNotInstalledIsNamed() {
        assertThatThrownBy(() -> run(LONG, "mkfs.nothing"))
                .hasMessageContaining("mkfs.nothing")
                .hasMessageContaining("e2fsprogs");
    }

    /** Runs a program for long. */
    static final class SleepingMain {

        private SleepingMain() {}

        public static void main(String[] arguments) throws IOException {
            new Programs().run(VOLUME, Programs.Command.of("sleep", arguments), LONG);
        }
    }

    @Test
    void programsEndWithTheMounter() throws Exception {
        Process mounter =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SleepingMain.class.getName(),
                                "98.7654")
                        .inheritIO()
                        .start();
        List<ProcessHandle> sleeping;
        try {
            await().until(() -> sleepers(mounter).count() == 1);
            sleeping = sleepers(mounter).toList();
        } finally {
            mounter.destroyForcibly().waitFor();
        }
        await().untilAsserted(() -> assertThat(sleeping).noneMatch(ProcessHandle::isAlive));
    }

    private static Stream<ProcessHandle> sleepers(Process parent) {
        return parent.children()
                .filter(child -> child.info().command().orElse("").endsWith("/sleep"));
    }
}
