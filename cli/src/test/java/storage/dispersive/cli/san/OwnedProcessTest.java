package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir private Path directory;

    @AfterEach
    void endAll() {
        OwnedProcess.terminateAll(OwnedProcess.below(directory), PATIENCE);
    }

    /** A Java program that runs until it is told to end; it ignores SIGTERM if asked to. */
    private OwnedProcess start(String name, String... more) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name));
        Path program = own.resolve("Sleeper.java");
        Files.writeString(
                program,
                """
                class Sleeper {
                    public static void main(String[] arguments) throws Exception {
                        if (arguments.length > 0) {
                            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                                try {
                                    Thread.sleep(600_000);
                                } catch (InterruptedException e) {
                                    System.exit(1);
                                }
                            }));
                        }
                        System.out.println("sleeping");
                        Thread.sleep(600_000);
                    }
                }
                """);
        var arguments = new java.util.ArrayList<>(List.of("-Xmx32m", program.toString()));
        arguments.addAll(List.of(more));
        OwnedProcess process = OwnedProcess.startJava(own, arguments);
        assertThat(OwnedProcess.await(() -> printed(own), PATIENCE))
                .as(() -> OwnedProcess.lastWords(own))
                .isTrue();
        return process;
    }

    private static boolean printed(Path own) {
        return OwnedProcess.lastWords(own).contains("sleeping");
    }

    @Test
    void aProcessIsFoundAgainAndEnds() throws Exception {
        OwnedProcess process = start("a");
        assertThat(OwnedProcess.find(directory.resolve("a")))
                .hasValueSatisfying(found -> assertThat(found.pid()).isEqualTo(process.pid()));
        process.terminate(PATIENCE);
        assertThat(process.isAlive()).isFalse();
        assertThat(OwnedProcess.find(directory.resolve("a"))).isEmpty();
    }

    @Test
    void aProcessThatDoesNotEndIsKilled() throws Exception {
        OwnedProcess process = start("a", "stubborn");
        process.terminate(Duration.ofMillis(300));
        assertThat(process.isAlive()).isFalse();
    }

    /** The more memory it has, the later its last thread comes to close what is open. */
    @Test
    void aProcessThatWasKilledHasGivenBackItsPort() throws Exception {
        Path own = Files.createDirectories(directory.resolve("listener"));
        Path program = own.resolve("Listener.java");
        Files.writeString(
                program,
                """
                class Listener {
                    public static void main(String[] arguments) throws Exception {
                        var socket = new java.net.ServerSocket(0);
                        System.out.println("port " + socket.getLocalPort());
                        socket.accept();
                    }
                }
                """);
        OwnedProcess process =
                OwnedProcess.startJava(
                        own, List.of("-Xms256m", "-XX:+AlwaysPreTouch", program.toString()));
        assertThat(OwnedProcess.await(() -> portOf(own) > 0, PATIENCE)).isTrue();
        process.kill();
        assertThat(FreePorts.isFree(portOf(own))).isTrue();
    }

    private static int portOf(Path own) {
        return OwnedProcess.lastWords(own)
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("port \\d+"))
                .mapToInt(line -> Integer.parseInt(line.substring("port ".length())))
                .findFirst()
                .orElse(0);
    }

    @Test
    void aPidThatBelongsToAnotherProgramNowIsNotTouched() throws Exception {
        OwnedProcess process = start("a");
        Path other = Files.createDirectories(directory.resolve("b"));
        Files.writeString(other.resolve("pid"), process.pid() + "\n");
        assertThat(OwnedProcess.find(other)).isEmpty();
        assertThat(process.isAlive()).isTrue();
    }

    @Test
    void thePidOfThisVeryProcessIsNotTaken() throws Exception {
        Files.writeString(directory.resolve("pid"), ProcessHandle.current().pid() + "\n");
        assertThat(OwnedProcess.find(directory)).isEmpty();
    }

    @Test
    void rubbishInAPidFileIsNoProcess() throws Exception {
        for (String rubbish : List.of("", "-1", "x", "99999999999999999999")) {
            Files.writeString(directory.resolve("pid"), rubbish);
            assertThat(OwnedProcess.find(directory)).as(rubbish).isEmpty();
        }
    }

    @Test
    void aProcessWhosePidWasNeverNotedIsFoundByItsCommandLine() throws Exception {
        OwnedProcess process = start("a");
        Files.delete(directory.resolve("a").resolve("pid"));
        assertThat(OwnedProcess.below(directory))
                .extracting(OwnedProcess::pid)
                .containsExactly(process.pid());
        assertThat(OwnedProcess.below(directory.resolve("a"))).isEmpty();
    }
}
