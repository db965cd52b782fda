package storage.dispersive.csi.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import storage.dispersive.csi.socket.SelfProbe;

/**
 * Starts a controller, asks it how it is until it is well, and ends it: {@code Rehearsal JAR
 * DIRECTORY JAVA [OPTION...]}. A controller, as that has most classes of a node as well, and the
 * client of Kubernetes.
 */
public final class Rehearsal {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    /** The JVM has a cache to write, which takes long where others want the CPU. */
    private static final Duration END_PATIENCE = Duration.ofMinutes(3);

    private static final long POLL_MILLIS = 50;
    private static final int SIGTERM_STATUS = 143;

    /** Nobody listens there: a build has no cluster. */
    private static final String NO_CLUSTER = "https://127.0.0.1:1";

    private Rehearsal() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Path jar = Path.of(arguments[0]);
        Path directory = Path.of(arguments[1]);
        Path socket = directory.resolve("csi.sock");
        Path log = directory.resolve("log");
        int port = freePort();
        List<String> command =
                new ArrayList<>(Arrays.asList(arguments).subList(2, arguments.length));
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dquarkus.kubernetes-client.api-server-url=" + NO_CLUSTER);
        command.add("-Ddispersive.csi.mode=controller");
        command.add("-Ddispersive.csi.controller.namespace=rehearsal");
        command.add("-Ddispersive.csi.socket=" + socket);
        command.addAll(List.of("-jar", jar.toString()));
        Process driver =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            awaitServing(driver, socket);
            askHowItIs(port);
            // Not destroy(): that would close the stream that it writes to.
            driver.toHandle().destroy();
            if (!driver.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    || driver.exitValue() != SIGTERM_STATUS) {
                throw new IOException("the driver does not end as it should");
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ":\n" + Files.readString(log), e);
        } finally {
            driver.destroyForcibly();
        }
    }

    private static void awaitServing(Process driver, Path socket)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!Files.exists(socket)) {
            if (!driver.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the driver does not serve");
            }
            Thread.sleep(POLL_MILLIS);
        }
        try (SelfProbe probe = new SelfProbe(socket)) {
            if (!probe.answers()) {
                throw new IOException("the driver does not answer");
            }
        }
    }

    private static void askHowItIs(int port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/q/health/live", "/q/health/ready", "/q/metrics")) {
                URI address = URI.create("http://127.0.0.1:" + port + path);
                int status =
                        client.send(
                                        HttpRequest.newBuilder(address)
                                                .timeout(START_PATIENCE)
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode();
                if (status != 200) {
                    throw new IOException(path + " says " + status);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
