package storage.dispersive.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of this machine that was run to its end.
 *
 * @param said on standard output and error, as a terminal would have shown it
 */
record Command(int status, String said) {

    private static final int PATIENCE_MINUTES = 6;

    /** Runs one, whether it succeeds or not. */
    static Command tried(String... words) {
        try {
            Path output = Files.createTempFile("said", ".txt");
            try {
                Process process =
                        new ProcessBuilder(words)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                process.getOutputStream().close();
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                    throw new IllegalStateException("does not end: " + List.of(words));
                }
                try (InputStream said = Files.newInputStream(output)) {
                    return new Command(
                            process.exitValue(),
                            new String(said.readAllBytes(), StandardCharsets.UTF_8));
                }
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs one that must succeed. */
    static String run(String... words) {
        Command done = tried(words);
        if (done.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", words) + " ended with " + done.status() + ":\n" + done.said());
        }
        return done.said();
    }
}
