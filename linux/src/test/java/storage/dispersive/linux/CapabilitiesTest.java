package storage.dispersive.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CapabilitiesTest {

    private static final Path SHELL = Path.of("/bin/sh");
    private static final String MARK = "DISPERSIVE_TEST_MARK";

    @RegisterExtension final RootOnly root = new RootOnly();

    @Test
    void readsTheSetOfTheCallingThread() throws IOException {
        assertThat(Capabilities.parse(List.of("Name:\tx", "CapEff:\t0000000000201000")))
                .containsExactlyInAnyOrder(Capability.CAP_SYS_ADMIN, Capability.CAP_NET_ADMIN);
        assertThat(Capabilities.effective()).contains(Capability.CAP_NET_ADMIN);
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Set<Capability> nearlyAll = EnumSet.complementOf(EnumSet.copyOf(Capabilities.effective()));
        assertThat(Capabilities.missing(nearlyAll)).isEqualTo(nearlyAll);
        assertThat(Capabilities.missing(Set.of(Capability.CAP_SYS_ADMIN))).isEmpty();
    }

    @Test
    void leavesTheNextProgramWithNoMoreThanWasKept() throws Exception {
        List<String> status =
                printedWhenConfined("CAP_NET_ADMIN,CAP_SYS_ADMIN", "exec cat /proc/self/status");
        assertThat(status)
                .contains(
                        "CapPrm:\t0000000000201000",
                        "CapEff:\t0000000000201000",
                        "CapBnd:\t0000000000201000",
                        "CapInh:\t0000000000000000",
                        "CapAmb:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "SigBlk:\t0000000000000000");
    }

    @Test
    void leavesNothingIfNothingWasKept() throws Exception {
        assertThat(printedWhenConfined("", "exec cat /proc/self/status"))
                .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000");
    }

    @Test
    void leavesProcessesWithNoMoreThanWasKept() throws Exception {
        Set<Capability> keep = EnumSet.of(Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN);
        Set<Capability> before = Capabilities.effective();
        List<String> status =
                Capabilities.forPrograms(
                        keep,
                        () -> {
                            assertThat(Capabilities.effective()).isEqualTo(before);
                            Process process =
                                    new ProcessBuilder("cat", "/proc/self/status").start();
                            return text(process.getInputStream().readAllBytes()).lines().toList();
                        });
        assertThat(status)
                .contains(
                        "CapPrm:\t0000000000201000",
                        "CapEff:\t0000000000201000",
                        "CapBnd:\t0000000000201000",
                        "NoNewPrivs:\t1");
        assertThat(Files.readAllLines(Path.of("/proc/self/status"))).contains("NoNewPrivs:\t0");
    }

    @Test
    void hidesDescriptorsAndKeepsTheEnvironment() throws Exception {
        // The shell's own, while it expands: the directory that it reads.
        assertThat(printedWhenConfined("", "echo /proc/$$/fd/*; echo $" + MARK))
                .satisfiesExactly(
                        fds ->
                                assertThat(fds.replaceAll("/proc/[0-9]+/fd/", ""))
                                        .isIn("0 1 2", "0 1 2 3"),
                        mark -> assertThat(mark).isEqualTo("kept"));
    }

    @Test
    void leavesTheCallerAsItWasIfThereIsNoSuchProgram() throws Exception {
        Set<Capability> before = Capabilities.effective();
        assertThatThrownBy(() -> Capabilities.confine(Set.of(), List.of("/nonexistent/program")))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
        assertThat(Capabilities.effective()).isEqualTo(before);
        assertThat(Files.readAllLines(Path.of("/proc/self/status"))).contains("NoNewPrivs:\t0");
        assertThatThrownBy(() -> Capabilities.confine(Set.of(), List.of("program")))
                .hasMessageContaining("not the path of a program");
    }

    /** What a shell says that takes the place of a JVM which confines itself. */
    private static List<String> printedWhenConfined(String keep, String script) throws Exception {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ConfinedProgram.class.getName(),
                        keep,
                        SHELL.toString(),
                        "-c",
                        script);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(MARK, "kept");
        Process process = builder.start();
        try {
            byte[] printed = process.getInputStream().readAllBytes();
            assertThat(process.waitFor()).as(() -> text(printed)).isZero();
            return new ArrayList<>(text(printed).lines().toList());
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(byte[] printed) {
        return new String(printed, StandardCharsets.UTF_8);
    }
}
