package storage.dispersive.trials;

import java.io.IOException;
import java.io.UncheckedIOException;
import storage.dispersive.cli.san.OwnedProcess;

/** A process that does nothing (SIGSTOP) until this is closed (SIGCONT). */
record StoppedProcess(long pid) implements AutoCloseable {

    static StoppedProcess stop(OwnedProcess process) throws IOException {
        signal("STOP", process.pid());
        return new StoppedProcess(process.pid());
    }

    @Override
    public void close() {
        try {
            signal("CONT", pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String name, long pid) throws IOException {
        TriedSan.awaitEnd(
                new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start());
    }
}
