package storage.dispersive.mounter.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/**
 * Runs the programs that make, check and grow file systems: without a shell, with an environment of
 * their own, for a bounded time, and with the end of their output kept. They are killed when the
 * mounter ends (setpriv --pdeathsig), when their time is over, and when their volume is abandoned.
 *
 * <p>A program that waits for a disk cannot be killed before that answers or is aborted. It stays
 * known until it has ended, and no other is run for its volume meanwhile.
 *
 * <p>Thread contract: any thread; {@link #run} blocks.
 */
final class Programs {

    static final int OUTPUT_LIMIT_BYTES = 4096;

    private static final Duration DEATH_PATIENCE = Duration.ofSeconds(2);
    private static final List<String> DIRECTORIES =
            List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", String.join(":", DIRECTORIES), "LC_ALL", "C", "LANG", "C");

    /** Ends the program when the thread that runs it ends, and with it when the mounter does. */
    private static final List<String> LEASH = List.of("--pdeathsig", "KILL", "--");

    private record Started(String program, Process process) {}

    private final Map<VolumeKey, Started> running = new ConcurrentHashMap<>();

    /** A program's name and its arguments. */
    record Command(String program, List<String> arguments) {
        static Command of(String program, String... arguments) {
            return new Command(program, List.of(arguments));
        }
    }

    /**
     * Runs a program to its end.
     *
     * @throws IOException if it is not installed, did not end in time, or another one of the volume
     *     has not ended yet
     */
    ProgramResult run(VolumeKey volume, Command command, Duration limit) throws IOException {
        forgetIfEnded(volume);
        Process process = start(volume, command);
        FutureTask<String> output = new FutureTask<>(() -> tail(process.getInputStream()));
        Thread.ofPlatform().daemon().name("output-of-" + command.program()).start(output);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw tooLong(process, command, limit);
            }
            return new ProgramResult(process.exitValue(), said(output));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.program() + " ran", e);
        } finally {
            forgetIfEnded(volume);
        }
    }

    private Process start(VolumeKey volume, Command command) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(find("setpriv").toString());
        line.addAll(LEASH);
        line.add(find(command.program()).toString());
        line.addAll(command.arguments());
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        synchronized (running) {
            Started before = running.get(volume);
            if (before != null) {
                throw new IOException(
                        before.program()
                                + " of "
                                + volume
                                + " has not ended yet (process "
                                + before.process().pid()
                                + ")");
            }
            Process process = builder.start();
            running.put(volume, new Started(command.program(), process));
            return process;
        }
    }

    private static Path find(String program) throws LinuxException {
        for (String directory : DIRECTORIES) {
            Path path = Path.of(directory, program);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new LinuxException(
                "run " + program,
                Errno.ENOENT,
                "it is not installed; this needs e2fsprogs, xfsprogs and util-linux");
    }

    private static IOException tooLong(Process process, Command command, Duration limit)
            throws InterruptedException {
        process.destroyForcibly();
        boolean ended = process.waitFor(DEATH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return new IOException(
                command.program()
                        + " took longer than "
                        + limit.toSeconds()
                        + " s and was killed"
                        + (ended ? "" : ", but waits for its disk still"));
    }

    /** A child of the program may hold the pipe; then its end is not waited for. */
    private static String said(FutureTask<String> output) throws InterruptedException {
        try {
            return output.get(DEATH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "(its output is lost: " + e.getMessage() + ")";
        }
    }

    /** The end of the stream: what went wrong is said last. */
    private static String tail(InputStream stream) throws IOException {
        byte[] kept = new byte[OUTPUT_LIMIT_BYTES * 2];
        int length = 0;
        boolean cut = false;
        try (stream) {
            while (true) {
                int count = stream.read(kept, length, kept.length - length);
                if (count < 0) {
                    break;
                }
                length += count;
                if (length > OUTPUT_LIMIT_BYTES) {
                    int surplus = length - OUTPUT_LIMIT_BYTES;
                    System.arraycopy(kept, surplus, kept, 0, OUTPUT_LIMIT_BYTES);
                    length = OUTPUT_LIMIT_BYTES;
                    cut = true;
                }
            }
        }
        String text = new String(Arrays.copyOf(kept, length), StandardCharsets.ISO_8859_1);
        return (cut ? "..." : "") + text.replaceAll("[^\\n -~]", "?").strip();
    }

    private void forgetIfEnded(VolumeKey volume) {
        running.computeIfPresent(
                volume, (_, started) -> started.process().isAlive() ? started : null);
    }

    /** Kills what runs for the volume; it ends when its disk lets it. */
    void kill(VolumeKey volume) {
        Optional.ofNullable(running.get(volume))
                .ifPresent(started -> started.process().destroyForcibly());
    }

    /** What has not ended yet. */
    List<Survey.Running> survey() {
        running.keySet().forEach(this::forgetIfEnded);
        return running.entrySet().stream()
                .map(entry ->
                        new Survey.Running(
                                entry.getKey(),
                                entry.getValue().program(),
                                entry.getValue().process().pid()))
                .toList();
    }
}
