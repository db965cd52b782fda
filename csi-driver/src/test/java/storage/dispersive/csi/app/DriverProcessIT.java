package storage.dispersive.csi.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.csi.socket.SelfProbe;

/** The packaged process, started for real; there is no API server. */
class DriverProcessIT {

    private static final Path JAR = Path.of("target/process/csi.jar").toAbsolutePath();
    private static final int SIGTERM_STATUS = 143;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir private Path directory;
    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Process start(int port, String... settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC"));
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Ddispersive.csi.socket=" + socket());
        command.add("-Dquarkus.kubernetes-client.api-server-url=https://127.0.0.1:1");
        for (String setting : settings) {
            command.add("-Ddispersive.csi." + setting);
        }
        command.addAll(List.of("-jar", JAR.toString()));
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output().toFile())
                        .start();
        process = started;
        return started;
    }

    private Path socket() {
        return directory.resolve("csi.sock");
    }

    private Path output() {
        return directory.resolve("output");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void aControllerServesIsWellAndTakesItsSocketAlong() throws Exception {
        int port = freePort();
        Process running = start(port, "mode=controller", "controller.namespace=volumes");
        try (SelfProbe probe = new SelfProbe(socket())) {
            await().atMost(PATIENCE).until(() -> Files.exists(socket()));
            await().atMost(PATIENCE).until(probe::answers);
            assertThat(get(port, "/q/health/live").statusCode()).isEqualTo(200);
            assertThat(get(port, "/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(port, "/q/metrics").body())
                    .contains("dispersive_csi_calls_seconds_count{method=\"Probe\",status=\"OK\"}");
        }
        running.destroy();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(SIGTERM_STATUS);
        assertThat(socket()).doesNotExist();
        assertThat(output()).content().doesNotContain("\tat ");
    }

    @Test
    void aNodeIsReadyWhenAKubeletHasTakenIt() throws Exception {
        int port = freePort();
        Path registration = directory.resolve("reg.sock");
        start(port, "mode=node", "node.name=node-a", "node.registration-socket=" + registration);
        await().atMost(PATIENCE).until(() -> Files.exists(registration));
        assertThat(get(port, "/q/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get(port, "/q/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("no kubelet has found the registration socket yet");
    }

    @Test
    void whatIsWrongIsSaidInOneLine() throws Exception {
        Process running = start(freePort(), "mode=controller");
        assertThat(running.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isEqualTo(DispersiveCsi.BAD_SETTING);
        assertThat(output())
                .content()
                .contains("csi: dispersive.csi.controller.namespace is not set")
                .doesNotContain("\tat ");
    }
}
