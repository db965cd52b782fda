package storage.dispersive.pod.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.VolumeId;

/** One pod's process and its directory, which outlives the process. Used by one thread. */
public final class PodProcess implements AutoCloseable {

    public static final String NAME = "rehearsal-pod";

    private static final String PREFIX = "dispersive.pod.";
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** The JVM may have an AOT cache to write, which takes 40 s where ten others want the CPU. */
    private static final Duration END_PATIENCE = Duration.ofMinutes(3);

    private static final long POLL_MILLIS = 10;

    private final List<String> java;
    private final Path jar;
    private final Path directory;
    private final Credentials credentials;
    private final Map<String, String> settings = new TreeMap<>();
    private @Nullable Process process;

    /**
     * A pod that does not run yet.
     *
     * @param java the command and its options, without the jar
     * @param directory exists and is empty
     */
    public PodProcess(List<String> java, Path jar, Path directory) throws IOException {
        this.java = List.copyOf(java);
        this.jar = jar;
        this.directory = directory;
        this.credentials = new Credentials(directory, NAME);
        set("name", NAME);
        set("directory", directory.resolve("store").toString());
        set("port-file", portFile().toString());
        set("isolation", "shared");
        set("tls.certificate", credentials.certificateFile().toString());
        set("tls.key", credentials.keyFile().toString());
        set("tls.authority", credentials.authorityFile().toString());
    }

    /** Changes a setting from the next start on. */
    public void set(String key, String value) {
        settings.put(key, value);
    }

    /** Starts the process without waiting for what becomes of it. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(java);
        settings.forEach((key, value) -> command.add("-D" + PREFIX + key + "=" + value));
        command.add("-jar");
        command.add(jar.toString());
        Files.deleteIfExists(portFile());
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
    }

    /**
     * Waits until the pod serves.
     *
     * @throws IOException with what it printed, if it ends instead or takes too long
     */
    public void awaitServing() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!Files.exists(portFile())) {
            if (!running().isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the pod does not serve:\n" + output());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Waits for the end of the process; what it ended with. */
    public int awaitEnd() throws InterruptedException, TimeoutException {
        if (!running().waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("the pod does not end");
        }
        return running().exitValue();
    }

    /** SIGTERM; what the process ended with. */
    public int terminate() throws InterruptedException, TimeoutException {
        // Not destroy(): that would close the stream that we read it by.
        running().toHandle().destroy();
        return awaitEnd();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException, TimeoutException {
        running().toHandle().destroyForcibly();
        awaitEnd();
    }

    /** Connects as a volume does. */
    public PodCaller call(VolumeId volume) throws IOException, InterruptedException {
        return PodCaller.connect(NAME, port("port"), volume, credentials.ofVolume(volume));
    }

    public int httpPort() throws IOException {
        return port("http-port");
    }

    public long pid() {
        return running().pid();
    }

    /** What the process printed. */
    public String output() throws IOException {
        return Files.readString(log());
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private int port(String key) throws IOException {
        Properties ports = new Properties();
        try (var in = Files.newBufferedReader(portFile())) {
            ports.load(in);
        }
        return Integer.parseInt(ports.getProperty(key));
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("the pod was not started");
        }
        return process;
    }

    private Path portFile() {
        return directory.resolve("ports");
    }

    private Path log() {
        return directory.resolve("log");
    }
}
