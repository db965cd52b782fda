package storage.dispersive.trials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.state.FileTree;

/**
 * A local SAN of its own, driven by the command line as a user drives it. Closing it ends
 * everything that it started.
 */
final class TriedSan implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("dispersive.dist", "../distribution/target/dispersive"))
                    .toAbsolutePath()
                    .normalize();

    private final Path home;

    private TriedSan(Path home) {
        this.home = home;
    }

    /** What a command did. */
    record Done(int status, String output) {

        /** The output of a command that must have succeeded. */
        String orFail() {
            if (status != 0) {
                throw new AssertionError("status " + status + ": " + output);
            }
            return output;
        }

        /** The last line that a command printed, which must have succeeded. */
        String lastLine() {
            return orFail().strip().lines().reduce((before, last) -> last).orElse("");
        }
    }

    /** An empty SAN, with no pods yet. */
    static TriedSan create() throws IOException {
        // Short, as paths of Unix sockets are.
        return new TriedSan(Files.createTempDirectory(Path.of("/tmp"), "tried"));
    }

    Path home() {
        return home;
    }

    /** Runs a command to its end; what it printed, both streams, is in the result. */
    Done run(String... arguments) throws IOException {
        Path output = Files.createTempFile("command", ".out");
        Process process =
                new ProcessBuilder(commandLine(arguments))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!endsInTime(process)) {
            process.destroyForcibly();
            throw new AssertionError(
                    String.join(" ", arguments) + " did not end: " + Files.readString(output));
        }
        String text = Files.readString(output);
        Files.delete(output);
        return new Done(process.exitValue(), text);
    }

    /** Ends and deletes everything. */
    @Override
    public void close() throws IOException {
        try {
            run("down", "--force", "--delete-data");
        } finally {
            // Whatever state the SAN was left in.
            OwnedProcess.below(home).forEach(OwnedProcess::kill);
            FileTree.delete(home);
        }
    }

    private static boolean endsInTime(Process process) throws InterruptedIOException {
        try {
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a command ran");
        }
    }

    private List<String> commandLine(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add("env");
        line.add("DISPERSIVE_HOME=" + home);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("@" + DISTRIBUTION.resolve("cli/jvm.options"));
        line.add("-Ddispersive.dist=" + DISTRIBUTION);
        line.add("-cp");
        line.add(DISTRIBUTION.resolve("cli") + "/*");
        line.add("storage.dispersive.cli.Dispersive");
        line.addAll(List.of(arguments));
        return line;
    }
}
