package storage.dispersive.pod.app;

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
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.pod.rehearsal.PodCaller;
import storage.dispersive.pod.rehearsal.PodProcess;
import storage.dispersive.pod.rehearsal.RehearsedVolume;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodReply;

/** The packaged process, started for real. */
class PodProcessIT {

    private static final Path JAR = Path.of("target/process/storage-pod.jar").toAbsolutePath();
    private static final Path OPTIONS =
            Path.of("../distribution/src/main/dispersive/storage-pod/jvm.options").toAbsolutePath();
    private static final VolumeId VOLUME = VolumeId.of(UUID.randomUUID());
    private static final int SIGTERM_STATUS = 143;
    private static final long MAX_RESIDENT_BYTES = 130_000_000;

    @TempDir private Path directory;
    private PodProcess pod;

    @BeforeEach
    void preparePod() throws IOException {
        pod = newPod("first");
    }

    @AfterEach
    void endPod() {
        pod.close();
    }

    @Test
    void healthAndMetricsSayWhatTheStoreDid() throws Exception {
        serve();
        try (PodCaller caller = pod.call(VOLUME)) {
            RehearsedVolume volume = RehearsedVolume.open(caller, VOLUME);
            assertThat(volume.append(2, 3)).isEqualTo(new PodReply.Appended());
            assertThat(volume.read(2, 3)).isInstanceOf(PodReply.Units.class);
            assertThat(volume.read(9, 1)).isInstanceOf(PodReply.Refused.class);
            assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
            assertThat(get("/q/metrics").body())
                    .contains("dispersive_pod_portions_appended_total 1.0")
                    .contains("dispersive_pod_reads_total 1.0")
                    .contains("dispersive_pod_refusals_total{reason=\"not_found\"} 1.0")
                    .contains("dispersive_pod_connections 1.0")
                    .contains("dispersive_pod_fence_generation{volume=\"" + VOLUME + "\"} 1.0")
                    .contains("dispersive_pod_store_closed 0.0")
                    .doesNotContain("dispersive_pod_syncs_seconds_count 0.0")
                    .doesNotContain("dispersive_pod_free_bytes 0.0");
        }
    }

    @Test
    void aKilledPodComesBackWithAllThatItAcknowledged() throws Exception {
        serve();
        try (PodCaller caller = pod.call(VOLUME)) {
            RehearsedVolume volume = RehearsedVolume.open(caller, VOLUME);
            for (long seq = 2; seq < 50; seq++) {
                assertThat(volume.append(seq, 4)).isEqualTo(new PodReply.Appended());
            }
            pod.kill();
        }
        serve();
        try (PodCaller caller = pod.call(VOLUME)) {
            RehearsedVolume volume = RehearsedVolume.open(caller, VOLUME);
            for (long seq = 2; seq < 50; seq++) {
                assertThat(volume.read(seq, 4)).as("seq " + seq).isInstanceOf(PodReply.Units.class);
            }
        }
    }

    @Test
    void sigtermEndsItWith143AndGivesTheDirectoryBack() throws Exception {
        serve();
        assertThat(pod.terminate()).isEqualTo(SIGTERM_STATUS);
        assertThat(pod.output()).doesNotContain("\tat ").contains("has ended");
        serve();
    }

    @Test
    void itStaysBelow130MegabytesWhileItStoresPortions() throws Exception {
        serve();
        try (PodCaller caller = pod.call(VOLUME)) {
            RehearsedVolume volume = RehearsedVolume.open(caller, VOLUME);
            for (long seq = 2; seq < 500; seq++) {
                assertThat(volume.append(seq, 64)).isEqualTo(new PodReply.Appended());
                assertThat(volume.read(seq, 64)).isInstanceOf(PodReply.Units.class);
            }
            assertThat(residentBytes()).isBetween(1L, MAX_RESIDENT_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "port, 70000, dispersive.pod.port is '70000': give a port",
        "name, Pod_1, dispersive.pod.name is 'Pod_1': give a name",
        "http-port, many, as dispersive.pod.http-port",
        "http-address, 192.0.2.1, an address of this machine as dispersive.pod.http-address",
        "http-address, no.such.host.invalid, as dispersive.pod.http-address",
        "segment-size, 3, dispersive.pod.segment-size is '3': give a multiple",
        "tls.key, /does/not/exist, dispersive.pod.tls.key is '/does/not/exist': give a PEM file",
        "tls.certificate, '', dispersive.pod.tls.certificate is not set: give the certificate",
        "address, 192.0.2.1, the address 192.0.2.1 port 0 cannot be used"
    })
    void aWrongSettingEndsItWith2AndOneLineThatSaysWhatToDo(String key, String value, String said)
            throws Exception {
        pod.set(key, value);
        endsWith(StoragePod.BAD_SETTING, said);
    }

    @Test
    void aPortThatIsTakenEndsItWith2() throws Exception {
        try (var taken = new ServerSocket(0)) {
            pod.set("port", String.valueOf(taken.getLocalPort()));
            pod.set("address", "0.0.0.0");
            endsWith(StoragePod.BAD_SETTING, "give an address of this machine and a port");
        }
    }

    @Test
    void anHttpPortThatIsTakenEndsItWith2() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            pod.set("http-port", String.valueOf(taken.getLocalPort()));
            endsWith(StoragePod.BAD_SETTING, "that is free as dispersive.pod.http-port");
        }
    }

    @Test
    void aStoreThatIsAFileEndsItWith3() throws Exception {
        pod.set("directory", Files.createFile(directory.resolve("file")).toString());
        endsWith(StoragePod.NO_STORE, "not a directory");
    }

    @Test
    void theStoreOfAnotherPodEndsItWith3() throws Exception {
        serve();
        pod.terminate();
        pod.set("name", "another-pod");
        endsWith(StoragePod.NO_STORE, PodProcess.NAME);
    }

    @Test
    void aStoreThatAnotherProcessServesEndsItWith3() throws Exception {
        serve();
        try (PodProcess second = newPod("second")) {
            second.set("directory", directory.resolve("first/store").toString());
            second.start();
            assertThat(second.awaitEnd()).isEqualTo(StoragePod.NO_STORE);
            assertThat(second.output()).doesNotContain("\tat ").contains("storage pod: ");
        }
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    private PodProcess newPod(String name) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path place = Files.createDirectory(directory.resolve(name));
        return new PodProcess(List.of(java, "@" + OPTIONS), JAR, place);
    }

    private void serve() throws IOException, InterruptedException {
        pod.start();
        pod.awaitServing();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/q/health/ready").statusCode() == 200);
    }

    private void endsWith(int status, String said) throws Exception {
        pod.start();
        assertThat(pod.awaitEnd()).as(pod.output()).isEqualTo(status);
        assertThat(pod.output())
                .doesNotContain("\tat ")
                .containsOnlyOnce("storage pod: ")
                .contains(said);
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
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + pod.httpPort() + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
