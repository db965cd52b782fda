package storage.dispersive.pod.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.PodName;

class PodSettingsTest {

    private final Map<String, String> given = new HashMap<>();

    @BeforeEach
    void giveWhatIsRequired(@TempDir Path directory) throws IOException {
        Path pem = Files.writeString(directory.resolve("any.pem"), "");
        given.put("dispersive.pod.name", "pod-1.example");
        given.put("dispersive.pod.directory", directory.toString());
        given.put("dispersive.pod.vnet-socket", "/run/vnet.sock");
        given.put("dispersive.pod.tls.certificate", pem.toString());
        given.put("dispersive.pod.tls.key", pem.toString());
        given.put("dispersive.pod.tls.authority", pem.toString());
    }

    @Test
    void whatIsNotGivenHasADefault() throws BadSettingException {
        PodSettings settings = settings();
        assertThat(settings.name()).isEqualTo("pod-1.example");
        assertThat(settings.address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(settings.address().getPort()).isZero();
        assertThat(settings.segmentSizeBytes()).isEqualTo(64L << 20);
        assertThat(settings.capacityBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(settings.portFile()).isEmpty();
        assertThat(settings.sidecar()).contains(Path.of("/run/vnet.sock"));
    }

    @Test
    void plainSocketsMustBeAskedFor() throws BadSettingException {
        given.remove("dispersive.pod.vnet-socket");
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("dispersive.pod.vnet-socket is not set");
        given.put("dispersive.pod.isolation", "none");
        assertThatThrownBy(this::settings).hasMessageContaining("isolated or shared");
        given.put("dispersive.pod.isolation", "shared");
        assertThat(settings().sidecar()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "directory", "tls.certificate", "tls.key", "tls.authority"})
    void whatIsRequiredAndMissingIsNamedWithTheWaysToGiveIt(String key) {
        given.remove("dispersive.pod." + key);
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("dispersive.pod." + key + " is not set")
                .hasMessageContaining("-Ddispersive.pod." + key + "=")
                .hasMessageContaining(
                        "DISPERSIVE_POD_" + key.toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    private void enrolInsteadOfFiles() {
        given.remove("dispersive.pod.tls.certificate");
        given.remove("dispersive.pod.tls.key");
        given.put("dispersive.pod.enrolment.endpoint", "https://identity.example:8443");
        given.put("dispersive.pod.enrolment.token-file", "/run/token");
        given.put("dispersive.pod.enrolment.directory", "/var/lib/pod/identity");
    }

    @Test
    void aPodMayGetItsIdentityFromAServiceThatKnowsItByItsName() throws BadSettingException {
        enrolInsteadOfFiles();
        assertThat(settings().identity())
                .isEqualTo(
                        new PodSettings.Enrolled(
                                new EnrolmentSettings(
                                        URI.create("https://identity.example:8443"),
                                        Path.of("/run/token"),
                                        Path.of(given.get("dispersive.pod.tls.authority")),
                                        Path.of("/var/lib/pod/identity"),
                                        new PeerIdentity.Pod(new PodName("pod-1.example")))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "enrolment.endpoint",
                "enrolment.token-file",
                "enrolment.directory",
                "tls.authority"
            })
    void allThatEnrolmentNeedsIsNamed(String key) {
        enrolInsteadOfFiles();
        given.remove("dispersive.pod." + key);
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("dispersive.pod." + key + " is not set: give ")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls.certificate", "tls.key"})
    void aPodHasOneIdentityFromOneSource(String key) {
        enrolInsteadOfFiles();
        given.put("dispersive.pod." + key, "/etc/pod.pem");
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("dispersive.pod." + key + " is '/etc/pod.pem': give either")
                .hasMessageContaining("dispersive.pod.enrolment.*")
                .message()
                .hasLineCount(1);
    }

    @Test
    void whoGivesNeitherIsToldOfBothWays() {
        given.remove("dispersive.pod.tls.certificate");
        assertThatThrownBy(this::settings)
                .hasMessageContaining("dispersive.pod.tls.certificate is not set")
                .hasMessageContaining("dispersive.pod.enrolment.endpoint");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://identity", "identity", "https://", "https://a?b", "https://a b"})
    void anEndpointThatCannotBeIsNamed(String endpoint) {
        enrolInsteadOfFiles();
        given.put("dispersive.pod.enrolment.endpoint", endpoint);
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(
                        "dispersive.pod.enrolment.endpoint is '" + endpoint + "': give an https");
    }

    @ParameterizedTest
    @CsvSource({
        "name,Pod_1",
        "name,-pod",
        "port,-1",
        "port,65536",
        "port,http",
        "address,no.such.host.invalid",
        "segment-size,0",
        "segment-size,1MiB1",
        "segment-size,1048577",
        "segment-size,17GiB",
        "segment-size,99999999999TiB",
        "capacity,63MiB",
        "capacity,-5",
        "tls.key,/does/not/exist.pem",
        "tls.certificate,/"
    })
    void aValueThatCannotBeIsNamedInOneLineThatSaysWhatToDo(String key, String value) {
        given.put("dispersive.pod." + key, value);
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith("dispersive.pod." + key + " is '" + value + "': give ")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "4096,4096",
        "64KiB,65536",
        "3MiB,3145728",
        "1GiB,1073741824",
        "7TiB,7696581394432"
    })
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(ByteCount.parse(text)).isEqualTo(bytes);
    }

    private PodSettings settings() throws BadSettingException {
        return PodSettings.of(new Given(given));
    }

    private record Given(Map<String, String> values)
            implements PodConfiguration, PodConfiguration.Tls {

        @Override
        public Enrolment enrolment() {
            return new GivenEnrolment(values);
        }

        @Override
        public String httpAddress() {
            return value("http-address").orElse("127.0.0.1");
        }

        @Override
        public Optional<String> name() {
            return value("name");
        }

        @Override
        public Optional<String> directory() {
            return value("directory");
        }

        @Override
        public String address() {
            return value("address").orElse("127.0.0.1");
        }

        @Override
        public String port() {
            return value("port").orElse("0");
        }

        @Override
        public Optional<String> portFile() {
            return value("port-file");
        }

        @Override
        public String isolation() {
            return value("isolation").orElse("isolated");
        }

        @Override
        public Optional<String> vnetSocket() {
            return value("vnet-socket");
        }

        @Override
        public Tls tls() {
            return this;
        }

        @Override
        public String segmentSize() {
            return value("segment-size").orElse("64MiB");
        }

        @Override
        public Optional<String> capacity() {
            return value("capacity");
        }

        @Override
        public String httpPort() {
            return value("http-port").orElse("0");
        }

        @Override
        public Optional<String> certificate() {
            return value("tls.certificate");
        }

        @Override
        public Optional<String> key() {
            return value("tls.key");
        }

        @Override
        public Optional<String> authority() {
            return value("tls.authority");
        }

        private Optional<String> value(String key) {
            return Optional.ofNullable(values.get("dispersive.pod." + key));
        }
    }

    private record GivenEnrolment(Map<String, String> values)
            implements PodConfiguration.Enrolment {

        @Override
        public Optional<String> endpoint() {
            return value("endpoint");
        }

        @Override
        public Optional<String> tokenFile() {
            return value("token-file");
        }

        @Override
        public Optional<String> directory() {
            return value("directory");
        }

        private Optional<String> value(String key) {
            return Optional.ofNullable(values.get("dispersive.pod.enrolment." + key));
        }
    }
}
