package storage.dispersive.trials;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import storage.dispersive.blockdevice.nbd.client.NbdClient;
import storage.dispersive.cli.san.EngineProcess;
import storage.dispersive.cli.san.LocalSan;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.san.UpRequest;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.trials.capture.KeyLog;
import storage.dispersive.trials.capture.KeyLogAgent;
import storage.dispersive.trials.forgetful.ForgetfulPodAgent;
import storage.dispersive.trials.forgetful.SyncForgery;

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
    private final List<String> environment = new ArrayList<>();

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

    /** Begins a command and does not wait for it; what it prints is thrown away. */
    Process begin(String... arguments) throws IOException {
        return new ProcessBuilder(commandLine(arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Begins a command that writes to these files and is not waited for. */
    Process begin(Path out, Path err, String... arguments) throws IOException {
        return new ProcessBuilder(commandLine(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    /** Waits for the end of what was begun. */
    static void awaitEnd(Process process) throws IOException {
        if (!endsInTime(process)) {
            process.destroyForcibly();
            throw new AssertionError("a command did not end: " + process.info());
        }
    }

    /** Starts six pods with small segments, so that little data fills many of them. */
    void upWithSmallSegments() {
        LocalSan.up(new SanHome(home), UpRequest.SMALL, _ -> {});
    }

    /** From now on, pods that are started lose at SIGKILL what they have not synced. */
    void makePodsForgetful() throws IOException {
        Path agent = agentJar();
        ForgetfulPodAgent.writeJar(agent);
        environment.add("JAVA_TOOL_OPTIONS=" + ForgetfulPodAgent.option(agent, syncForgery()));
        for (PodRecord pod : LocalSan.open(new SanHome(home)).record().pods()) {
            OwnedProcess.find(new SanHome(home).pod(pod.name())).ifPresent(OwnedProcess::kill);
        }
        run("up").orFail();
        for (PodRecord pod : LocalSan.open(new SanHome(home)).record().pods()) {
            String log = Files.readString(new SanHome(home).pod(pod.name()).resolve("log"));
            if (!log.contains("forgetting what is not synced")) {
                throw new AssertionError(pod.name() + " forgets nothing: " + log);
            }
        }
    }

    /** From now on, commands and engines log the secrets of their connections to pods. */
    void logTlsSecrets() throws IOException {
        Path agent = agentJar();
        KeyLogAgent.writeJar(agent);
        environment.add("JAVA_TOOL_OPTIONS=-javaagent:" + agent + "=" + tlsSecrets());
    }

    /** The secrets of all connections that were made since they are logged. */
    KeyLog tlsSecretLog() throws IOException {
        return new KeyLog(Files.readAllLines(tlsSecrets()));
    }

    /** Whether forgetful pods only say that they sync. */
    SyncForgery syncForgery() {
        return new SyncForgery(Path.of(home + "-forgery"));
    }

    /** The process of a pod, if it lives. */
    Optional<OwnedProcess> pod(String name) {
        return OwnedProcess.find(new SanHome(home).pod(name));
    }

    /** The process of the engine of an attachment, if it lives. */
    Optional<OwnedProcess> engine(String volume, long generation) {
        return OwnedProcess.find(new SanHome(home).engine(volume, generation));
    }

    /** The process of the sidecar of a host, if it lives. */
    Optional<OwnedProcess> sidecar(String host) {
        return OwnedProcess.find(new SanHome(home).host(host));
    }

    /** Those that live of all hosts. */
    List<OwnedProcess> sidecars() {
        return OwnedProcess.below(new SanHome(home).hosts());
    }

    /** What the newest attachment of a volume has as its number. */
    long generation(String volume) {
        return new VolumeRecords(new SanHome(home)).get(volume).generation();
    }

    /** How the engine of a volume is, as it says itself now; asks no pod. */
    EngineReport engineReport(String volume) {
        SanHome opened = new SanHome(home);
        return LocalSan.open(opened).engines(new VolumeRecords(opened).get(volume)).stream()
                .filter(engine -> engine.generation() == generation(volume))
                .findFirst()
                .flatMap(EngineProcess::report)
                .orElseThrow(() -> new AssertionError("volume " + volume + " has no engine"));
    }

    /** Those of all machines that a volume's connections go through now. */
    Set<String> leases(String volume) {
        return engineReport(volume).connections().stream()
                .map(EngineReport.Connection::machine)
                .filter(Objects::nonNull)
                .map(EngineReport.Machine::lease)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The namespace of a host; {@code lan} has the bridges between them. */
    Path host(String name) {
        return new SanHome(home).host(name).resolve("net");
    }

    /** Attaches a volume over NBD and returns its socket. */
    Path attachNbd(String volume, String... options) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("volume", "attach", volume, "--face", "nbd"));
        arguments.addAll(List.of(options));
        List<String> lines =
                run(arguments.toArray(String[]::new)).orFail().strip().lines().toList();
        return Path.of(lines.getLast());
    }

    /** The whole of a disk. */
    static ByteBuffer contents(Path socket) throws IOException {
        try (NbdClient client = NbdClient.connect(socket, "")) {
            ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(client.sizeBytes()));
            client.read(0, all);
            return all.flip();
        }
    }

    /** Ends and deletes everything. */
    @Override
    public void close() throws IOException {
        environment.clear();
        try {
            run("down", "--force", "--delete-data");
        } finally {
            // Whatever state the SAN was left in.
            OwnedProcess.below(home).forEach(OwnedProcess::kill);
            FileTree.delete(home);
            Files.deleteIfExists(agentJar());
            syncForgery().end();
        }
    }

    private Path agentJar() {
        return Path.of(home + "-agent.jar");
    }

    private Path tlsSecrets() {
        return home.resolve("tls-secrets");
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
        line.addAll(environment);
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
