package storage.dispersive.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.cli.san.OwnedProcess;
import storage.dispersive.cli.state.SanException;

/** nbdkit's disk in memory, on a Unix socket as ours is: what the socket and fio alone cost. */
final class NbdKit implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Process process;
    private final Path socket;

    private NbdKit(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    static Path find() {
        return ExternalProgram.find("nbdkit")
                .orElseThrow(() ->
                        SanException.failed(
                                "nbdkit is not installed",
                                "install it (Debian: apt-get install nbdkit)"));
    }

    static NbdKit start(Path directory, long sizeBytes) throws IOException {
        Path socket = directory.resolve("nbdkit.sock");
        Process process =
                new ProcessBuilder(
                                find().toString(),
                                "--foreground",
                                "--exit-with-parent",
                                "--unix",
                                socket.toString(),
                                "memory",
                                Long.toString(sizeBytes))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("nbdkit.log").toFile())
                        .start();
        NbdKit started = new NbdKit(process, socket);
        if (!OwnedProcess.await(() -> Files.exists(socket), PATIENCE)) {
            started.close();
            throw new IOException("nbdkit did not start");
        }
        return started;
    }

    Target target() {
        return Target.nbd("nbdkit memory", socket, "", () -> List.of(process.pid()));
    }

    @Override
    public void close() {
        process.destroy();
        OwnedProcess.await(() -> !process.isAlive(), PATIENCE);
        process.destroyForcibly();
    }
}
