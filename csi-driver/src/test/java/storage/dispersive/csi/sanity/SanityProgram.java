package storage.dispersive.csi.sanity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * csi-sanity (github.com/kubernetes-csi/csi-test), as {@code e2e/kind/programs} builds it. Without
 * it a test is skipped; it fails where {@code CI=true}.
 */
final class SanityProgram {

    private static final Path BUILDER = Path.of("../e2e/kind/programs");
    private static final int MAX_MINUTES = 10;

    private final Path program;

    private SanityProgram(Path program) {
        this.program = program;
    }

    /** Builds it if it is not there. */
    static SanityProgram find() throws IOException, InterruptedException {
        Path log = Files.createTempFile("csi-sanity", ".log");
        Process process =
                new ProcessBuilder(BUILDER.toString(), "csi-sanity")
                        .redirectError(log.toFile())
                        .start();
        String said = text(process);
        String why = "csi-sanity cannot be built:\n" + Files.readString(log);
        Files.delete(log);
        if (process.waitFor() != 0) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        return new SanityProgram(Path.of(said.strip()).resolve("csi-sanity"));
    }

    /**
     * What came of it.
     *
     * @param output all that it said
     */
    record Result(int status, String output) {}

    Result run(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(flags);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = text(process);
        if (!process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), output);
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
