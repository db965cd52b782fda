package storage.dispersive.csi.app;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import storage.dispersive.apiserver.ApiServer;

/**
 * One of Kubernetes' CSI sidecars, as the chart calls it, on this machine. Without the programs,
 * which {@code e2e/kind/programs} makes, a test is skipped; it fails where {@code CI=true}.
 */
final class SidecarProcess implements AutoCloseable {

    private static final int END_SECONDS = 30;

    private final Process process;
    private final Path log;

    private SidecarProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Where things are that are elsewhere in a pod. */
    record Place(Path socket, Path kubeConfig, String namespace) {}

    static SidecarProcess start(Container container, Place place) throws IOException {
        String name = "csi-" + container.getName();
        Path log = place.socket().resolveSibling(name + ".log");
        List<String> command = new ArrayList<>(List.of(program(name).toString()));
        for (String argument : container.getArgs()) {
            command.add(
                    switch (argument.replaceFirst("=.*", "")) {
                        case "--csi-address" -> "--csi-address=" + place.socket();
                        case "--http-endpoint" -> "--http-endpoint=127.0.0.1:" + freePort();
                        default -> argument;
                    });
        }
        command.add("--kubeconfig=" + place.kubeConfig());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("POD_NAMESPACE", place.namespace());
        return new SidecarProcess(builder.start(), log);
    }

    private static Path program(String name) {
        String programs = System.getenv(ApiServer.PROGRAMS_VARIABLE);
        Path program = Path.of(Objects.requireNonNullElse(programs, "")).resolve(name);
        if (!Files.isExecutable(program)) {
            String why = name + " is not there: run 'e2e/kind/programs " + name + "'";
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(why);
            }
            Assumptions.abort(why);
        }
        return program;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it said. */
    String said() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.toHandle().destroy();
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
