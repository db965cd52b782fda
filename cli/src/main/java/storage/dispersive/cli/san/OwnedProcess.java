package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.durable.DurableFile;

/**
 * A daemon that this program started. It belongs to one directory, with its pid and its log, and
 * names that directory on its own command line. A pid whose command line does not is another
 * process that got the number later, and is never touched. Immutable; thread-safe.
 */
public final class OwnedProcess {

    /** Java programs carry their directory in this system property. */
    private static final String MARK = "-Ddispersive.owner=";

    private static final String PID_FILE = "pid";
    private static final String LOG_FILE = "log";
    private static final int MAX_LOG_LINES_SHOWN = 5;
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;

    private final Path directory;
    private final long pid;

    private OwnedProcess(Path directory, long pid) {
        this.directory = directory;
        this.pid = pid;
    }

    /**
     * Starts a Java program as the daemon of {@code directory}, in a session of its own so that
     * neither Ctrl-C nor the end of the terminal reaches it. What it prints is added to the log.
     *
     * @param arguments of the {@code java} command, from its options on
     */
    public static OwnedProcess startJava(Path directory, List<String> arguments) {
        return startJava(directory, Map.of(), arguments);
    }

    /** As above, with more in its environment. */
    static OwnedProcess startJava(
            Path directory, Map<String, String> environment, List<String> arguments) {
        if (find(directory).isPresent()) {
            throw new IllegalStateException("the process of " + directory + " runs already");
        }
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(MARK + directory);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.directory(Path.of("/").toFile());
        builder.redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(LOG_FILE).toFile()));
        try {
            Process process = builder.start();
            // setsid does not fork when its parent gave it a process of its own, so this is the
            // pid of the Java program too.
            DurableFile.replace(
                    directory.resolve(PID_FILE),
                    (process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
            return new OwnedProcess(directory, process.pid());
        } catch (IOException e) {
            throw new UncheckedIOException("the process of " + directory + " did not start", e);
        }
    }

    /** The process of {@code directory}, if it lives. */
    public static Optional<OwnedProcess> find(Path directory) {
        try {
            String text = Files.readString(directory.resolve(PID_FILE)).strip();
            if (!text.matches("\\d{1,10}")) {
                return Optional.empty();
            }
            OwnedProcess process = new OwnedProcess(directory, Long.parseLong(text));
            return process.isAlive() ? Optional.of(process) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the pid in " + directory + " cannot be read", e);
        }
    }

    /**
     * All living processes whose directory is below {@code root}, also those whose pid was never
     * noted because the command that started them was killed.
     */
    public static List<OwnedProcess> below(Path root) {
        List<OwnedProcess> found = new ArrayList<>();
        ProcessHandle.allProcesses()
                .filter(handle -> handle.info().command().isPresent())
                .forEach(handle -> {
                    for (String argument : ProcessEntry.of(handle.pid()).arguments()) {
                        if (argument.startsWith(MARK + root + "/")) {
                            Path owner = Path.of(argument.substring(MARK.length()));
                            found.add(new OwnedProcess(owner, handle.pid()));
                        }
                    }
                });
        return List.copyOf(found);
    }

    public long pid() {
        return pid;
    }

    public Path directory() {
        return directory;
    }

    /**
     * Whether the pid is still this process. A process that ended but was not waited for is not.
     */
    public boolean isAlive() {
        return ProcessEntry.of(pid).arguments().contains(MARK + directory);
    }

    /** Asks the process to end, and kills it when it has not after {@code patience}. */
    public void terminate(Duration patience) {
        Optional<ProcessHandle> handle = signal(ProcessHandle::destroy);
        if (!await(() -> hasLeft(handle), patience)) {
            kill();
        }
    }

    /** Asks all of them to end, then waits for them together. */
    public static void terminateAll(List<OwnedProcess> processes, Duration patience) {
        List<Optional<ProcessHandle>> handles =
                processes.stream().map(process -> process.signal(ProcessHandle::destroy)).toList();
        await(() -> handles.stream().allMatch(OwnedProcess::hasLeft), patience);
        for (OwnedProcess process : processes) {
            if (process.isAlive()) {
                process.kill();
            }
        }
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        Optional<ProcessHandle> handle = signal(ProcessHandle::destroyForcibly);
        if (!await(() -> hasLeft(handle), KILL_PATIENCE)) {
            throw SanException.failed(
                    "process " + pid + " does not end, not even by SIGKILL",
                    "it waits in the kernel; look at /proc/" + pid + "/stack");
        }
    }

    /** Empty if there was nobody to send it to. */
    private Optional<ProcessHandle> signal(Consumer<ProcessHandle> how) {
        // The check and the signal are two steps; a pid is not given out again that fast.
        if (!isAlive()) {
            return Optional.empty();
        }
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        handle.ifPresent(how);
        return handle;
    }

    /**
     * Whether a process that was told to end has given back its ports, locks and files. It loses
     * its command line before that, when its first thread ends; the last one closes what is open.
     */
    private static boolean hasLeft(Optional<ProcessHandle> handle) {
        // The handle knows a process that got the number later.
        return handle.isEmpty()
                || !handle.get().isAlive()
                || ProcessEntry.of(handle.get().pid()).isOnlyName();
    }

    /** The end of what the process of {@code directory} printed, for an error's hint. */
    public static String lastWords(Path directory) {
        Path log = directory.resolve(LOG_FILE);
        try {
            // Where in the program it ended says nothing to its user.
            List<String> lines =
                    Files.readAllLines(log).stream()
                            .filter(line -> !line.stripLeading().startsWith("at "))
                            .toList();
            int from = Math.max(0, lines.size() - MAX_LOG_LINES_SHOWN);
            return "its log, "
                    + log
                    + ", ends with:\n    "
                    + String.join("\n    ", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "it left no log in " + log;
        }
    }

    /** Waits until {@code condition} holds, and says whether it does. */
    public static boolean await(BooleanSupplier condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                // The exception carries the interruption on; the flag stays clear, since who cleans
                // up on its way must be able to wait.
                throw SanException.failed("interrupted", "run the command again", e);
            }
        }
        return true;
    }
}
