package storage.dispersive.apiserver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the control plane, whose log is in the server's directory while that is there. */
final class ControlProcess implements AutoCloseable {

    private static final int END_SECONDS = 10;

    private final Process process;

    private ControlProcess(Process process) {
        this.process = process;
    }

    static ControlProcess start(Path directory, Path program, Path kubeConfig, String... more)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--kubeconfig=" + kubeConfig,
                                "--leader-elect=false",
                                // They would wait for their turn, as if the server were shared.
                                "--kube-api-qps=500",
                                "--kube-api-burst=1000",
                                "--secure-port=0"));
        command.addAll(List.of(more));
        Path log = directory.resolve(program.getFileName() + ".log");
        return new ControlProcess(
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
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
