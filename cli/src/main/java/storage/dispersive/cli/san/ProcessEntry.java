package storage.dispersive.cli.san;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What the kernel shows of a process (proc(5)).
 *
 * @param directory that of the process in {@code /proc}
 */
record ProcessEntry(Path directory) {

    /** Longer than a busy machine takes to make a process another program. */
    private static final Duration EXEC_PATIENCE = Duration.ofSeconds(2);

    private static final int MAX_BYTES = 128 << 10;
    private static final long POLL_NANOS = 10_000_000;

    /** Counted from the state, the first field after the name in parentheses. */
    private static final int FLAGS_FIELD = 6;

    private static final long KERNEL_THREAD = 0x0020_0000;

    static ProcessEntry of(long pid) {
        return new ProcessEntry(Path.of("/proc", Long.toString(pid)));
    }

    /**
     * The arguments of a process, of many the first; none when it is not there or has ended.
     *
     * <p>While a process becomes another program (execve) the kernel shows no arguments for a
     * moment, which is waited for; one that has ended and the kernel's own have none for good.
     */
    List<String> arguments() {
        long deadline = System.nanoTime() + EXEC_PATIENCE.toNanos();
        try {
            while (true) {
                String shown = commandLine();
                if (!shown.isEmpty()) {
                    return List.of(shown.split("\0", -1));
                }
                if (!mayBecomeAProgram() || System.nanoTime() - deadline >= 0) {
                    return List.of();
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * Read at once: of a process that becomes another program between two reads the parts belong to
     * different programs, or the second one is missing.
     */
    private String commandLine() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        try (FileChannel file = FileChannel.open(directory.resolve("cmdline"))) {
            file.read(bytes);
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    /** Whether it is a last thread that ended, which nobody has waited for; or nothing. */
    boolean isOnlyName() {
        try (Stream<Path> threads = Files.list(directory.resolve("task"))) {
            return threads.count() <= 1 && hasEnded(fields());
        } catch (IOException | UncheckedIOException e) {
            // It went away while it was looked at.
            return true;
        }
    }

    private boolean mayBecomeAProgram() throws IOException {
        List<String> fields = fields();
        return !hasEnded(fields)
                && fields.size() > FLAGS_FIELD
                && (Long.parseLong(fields.get(FLAGS_FIELD)) & KERNEL_THREAD) == 0;
    }

    private static boolean hasEnded(List<String> fields) {
        return "ZXx".contains(fields.getFirst());
    }

    /** Those of {@code stat} after the name. */
    private List<String> fields() throws IOException {
        String stat = Files.readString(directory.resolve("stat"));
        return List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1));
    }
}
