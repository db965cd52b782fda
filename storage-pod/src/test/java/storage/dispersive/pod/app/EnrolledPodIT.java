package storage.dispersive.pod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.pod.rehearsal.PodProcess;

/** The packaged process, with an identity from a service. */
class EnrolledPodIT {

    private static final Path JAR = Path.of("target/process/storage-pod.jar").toAbsolutePath();
    private static final Path OPTIONS =
            Path.of("../distribution/src/main/dispersive/storage-pod/jvm.options").toAbsolutePath();
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Some more than a pod whose identity is in files: the JDK's own TLS was used once. */
    private static final long MAX_RESIDENT_BYTES = 150_000_000;

    private final SmallIdentityService service = new SmallIdentityService(PodProcess.NAME);
    private final Path state;
    private final Path authority;
    private final PodProcess pod;

    EnrolledPodIT(@TempDir Path directory) throws IOException {
        this.state = directory.resolve("state");
        this.authority = Files.createFile(directory.resolve("trusted.pem"));
        Path token = Files.writeString(directory.resolve("token"), SmallIdentityService.TOKEN);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        this.pod = new PodProcess(List.of(java, "@" + OPTIONS), JAR, directory);
        pod.set("tls.certificate", "");
        pod.set("tls.key", "");
        pod.set("tls.authority", authority.toString());
        pod.set("enrolment.endpoint", service.endpoint().toString());
        pod.set("enrolment.token-file", token.toString());
        pod.set("enrolment.directory", state.toString());
    }

    @BeforeEach
    void trustTheService() throws IOException {
        Files.writeString(authority, service.authorityPem());
    }

    @AfterEach
    void end() {
        pod.close();
        service.close();
    }

    @Test
    void itGetsAnIdentityKeepsItAndShowsWhenItExpires() throws Exception {
        serve();
        assertThat(service.answered()).isEqualTo(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
        assertThat(get("/q/metrics").body())
                .containsPattern("(?m)^dispersive_pod_identity_expiry_seconds [1-9]");
        assertThat(pod.output())
                .contains("has a certificate until")
                .doesNotContain(SmallIdentityService.TOKEN);
        assertThat(residentBytes()).isBetween(1L, MAX_RESIDENT_BYTES);
    }

    @Test
    void startedAgainItServesWhileTheServiceIsAway() throws Exception {
        serve();
        pod.terminate();
        service.close();
        serve();
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void itIsNotReadyAndSaysWhyAsLongAsItHasNoIdentity() throws Exception {
        service.refuse("no such pod");
        // The port is told in a file only once the pod serves.
        int httpPort;
        try (var free = new java.net.ServerSocket(0, 1, LOOPBACK)) {
            httpPort = free.getLocalPort();
        }
        pod.set("http-port", String.valueOf(httpPort));
        pod.start();
        await().ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(get(httpPort, "/q/health/ready"))
                                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(503))
                                .extracting(HttpResponse::body)
                                .asString()
                                .contains("refuses (403): no such pod"));
        assertThat(get(httpPort, "/q/health/live").statusCode()).isEqualTo(200);
        service.certify();
        pod.awaitServing();
        assertThat(pod.output()).containsOnlyOnce(" WARN ");
    }

    @Test
    void sigtermEndsItWhileItHasNoIdentity() throws Exception {
        service.refuse("no such pod");
        pod.start();
        await().until(() -> pod.output().contains("no such pod"));
        assertThat(pod.terminate()).isEqualTo(143);
    }

    @Test
    void aDirectoryThatCannotBeUsedEndsItWith2() throws Exception {
        pod.set("enrolment.directory", authority.toString());
        pod.start();
        assertThat(pod.awaitEnd()).isEqualTo(StoragePod.BAD_SETTING);
        assertThat(pod.output())
                .containsOnlyOnce("storage pod: ")
                .contains("as dispersive.pod.enrolment.directory")
                .doesNotContain("\tat ");
    }

    @Test
    void healthAndMetricsAreServedAtAnotherAddressIfOneIsGiven() throws Exception {
        pod.set("http-address", "127.0.0.2");
        serve();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(
                            client.send(
                                            HttpRequest.newBuilder(
                                                            URI.create(
                                                                    "http://127.0.0.2:"
                                                                            + pod.httpPort()
                                                                            + "/q/health/live"))
                                                    .build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    private void serve() throws IOException, InterruptedException {
        pod.start();
        pod.awaitServing();
    }

    private long residentBytes() throws IOException {
        String line =
                Files.readAllLines(Path.of("/proc/" + pod.pid() + "/status")).stream()
                        .filter(text -> text.startsWith("VmRSS:"))
                        .findFirst()
                        .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(pod.httpPort(), path);
    }

    private static HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
