package storage.dispersive.blockdevice.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program of the machine's, run with a time-out. Missing tools skip a test, but not in CI. */
record Tool(String name) {

    private static final long TIMEOUT_SECONDS = 60;

    /** The system's programs first: nbdsh needs the python3 that its module was installed for. */
    private static final String PATH =
            "/usr/bin" + File.pathSeparator + System.getenv().getOrDefault("PATH", "");

    /** Its output and errors together. Fails the test if it ends with another status than 0. */
    String run(Path directory, String... arguments) throws IOException, InterruptedException {
        requirePresent();
        Path output = Files.createTempFile(directory, name, ".out");
        List<String> command = Stream.concat(Stream.of(name), Stream.of(arguments)).toList();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("PATH", PATH);
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            String text = Files.readString(output);
            assertThat(ended).as("%s ends in time; it said: %s", command, text).isTrue();
            assertThat(process.exitValue()).as("%s said: %s", command, text).isZero();
            return text;
        } finally {
            process.destroyForcibly();
        }
    }

    private void requirePresent() {
        boolean present =
                Stream.of(PATH.split(File.pathSeparator))
                        .anyMatch(place -> Files.isExecutable(Path.of(place, name)));
        if (!"true".equals(System.getenv("CI"))) {
            assumeTrue(present, name + " is not installed");
        }
        assertThat(present).as("%s is installed, as CI must have it", name).isTrue();
    }
}
