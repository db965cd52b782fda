package storage.dispersive.operator.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import storage.dispersive.apiserver.ApiServer;

/**
 * The operator as its image runs it: the packaged jar, the options of its JVM, a cache of classes.
 */
final class OperatorProcess implements AutoCloseable {

    private static final Path TARGET = Path.of("target");
    private static final Path JAR = TARGET.resolve("process/operator.jar");
    private static final Path CACHE = TARGET.resolve("many-volumes.aot");
    private static final String OPTIONS = "@src/main/process/jvm.options";
    private static final Path JAVA_PROGRAMS = Path.of(System.getProperty("java.home"), "bin");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** Of the last line of {@code GC.class_histogram}: Total, objects, bytes. */
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    private static final int END_SECONDS = 60;

    private final Process process;

    private OperatorProcess(Process process) {
        this.process = process;
    }

    /**
     * Makes the cache, as {@code scripts/aot.sh} does: it starts, and ends for want of settings.
     */
    static void rehearse() throws IOException, InterruptedException {
        Process rehearsal =
                new ProcessBuilder(
                                program("java"),
                                OPTIONS,
                                "-XX:AOTCacheOutput=" + CACHE,
                                "-jar",
                                JAR.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(TARGET.resolve("many-volumes-rehearsal.log").toFile())
                        .start();
        if (rehearsal.waitFor() != DispersiveOperator.BAD_SETTING) {
            throw new IOException("the operator does not start: is " + JAR + " there?");
        }
    }

    static OperatorProcess start(ApiServer server, Installation installation) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        program("java"),
                        OPTIONS,
                        "-XX:AOTCache=" + CACHE,
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Ddispersive.operator.identity.port=18443",
                        "-jar",
                        JAR.toString());
        builder.environment().putAll(installation.environment());
        builder.environment()
                .put("KUBECONFIG", server.kubeConfigWith(installation.token()).toString());
        Path log = TARGET.resolve("many-volumes-operator.log");
        return new OperatorProcess(
                builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
    }

    private static String program(String name) {
        return JAVA_PROGRAMS.resolve(name).toString();
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    long residentMib() throws IOException {
        return status("VmRSS:");
    }

    /** Without mapped files, which the kernel can drop. */
    long anonymousMib() throws IOException {
        return status("RssAnon:");
    }

    long mostResidentMib() throws IOException {
        return status("VmHWM:");
    }

    private long status(String entry) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            Matcher number = NUMBER.matcher(line);
            if (line.startsWith(entry) && number.find()) {
                return Long.parseLong(number.group()) >> 10;
            }
        }
        throw new IOException("the operator has ended");
    }

    /** What is in use after a full collection, which this makes. */
    long liveHeapMib() throws IOException, InterruptedException {
        Process asked =
                new ProcessBuilder(
                                program("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher total = TOTAL.matcher(said);
        if (asked.waitFor() != 0 || !total.find()) {
            throw new IOException(said);
        }
        return Long.parseLong(total.group(1)) >> 20;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
