package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.enrolment.EnrolmentSettings;
import storage.dispersive.transport.PeerIdentity;

class SidecarSettingsTest {

    private final List<String> given = new ArrayList<>();
    private Path pem = Path.of("");

    @BeforeEach
    void giveWhatIsRequired(@TempDir Path directory) throws IOException {
        pem = Files.writeString(directory.resolve("any.pem"), "");
        given.addAll(
                List.of(
                        "name=node-a",
                        "socket=/run/vnet.sock",
                        "ports=20000-20063",
                        "path=lan:198.18.0.1",
                        "authority=" + pem));
    }

    private SidecarSettings with(String... more) {
        List<String> all = new ArrayList<>(given);
        all.addAll(List.of(more));
        return SidecarSettings.parse(all.toArray(String[]::new));
    }

    @Test
    void anIdentityComesFromFiles() {
        assertThat(with("certificate=" + pem, "key=" + pem).identity())
                .isEqualTo(new SidecarSettings.TlsFiles(pem, pem, pem));
    }

    @Test
    void anIdentityComesFromAServiceThatKnowsTheHostByItsName() {
        Path token = Path.of("/run/token");
        Path state = Path.of("/var/lib/sidecar");
        assertThat(with("enrol=https://identity:8443/x", "token=/run/token", "state=" + state))
                .extracting(SidecarSettings::identity)
                .isEqualTo(
                        new SidecarSettings.Enrolled(
                                new EnrolmentSettings(
                                        URI.create("https://identity:8443/x"),
                                        token,
                                        pem,
                                        state,
                                        new PeerIdentity.Vnet("node-a"))));
    }

    @Test
    void anIdentityComesFromOneSource() {
        String oneSource = "an identity is needed from one source";
        assertThatThrownBy(this::with).hasMessageContaining(oneSource);
        assertThatThrownBy(() -> with("key=" + pem, "enrol=https://identity"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(oneSource)
                .hasMessageContaining("certificate= and key=, or enrol=, token= and state=");
        assertThatThrownBy(() ->
                        with(
                                "certificate=" + pem,
                                "key=" + pem,
                                "enrol=https://identity",
                                "token=/run/token",
                                "state=/run/state"))
                .hasMessageContaining(oneSource);
    }

    @Test
    void allOfASourceIsNeeded() {
        assertThatThrownBy(() -> with("certificate=" + pem)).hasMessageContaining("'key' is there");
        assertThatThrownBy(() -> with("token=/t", "state=/s"))
                .hasMessageContaining("'enrol' is there 0 times");
        assertThatThrownBy(() -> with("enrol=https://identity", "state=/s"))
                .hasMessageContaining("'token' is there 0 times");
        assertThatThrownBy(() -> with("enrol=https://identity", "token=/t"))
                .hasMessageContaining("'state' is there 0 times");
        given.remove("authority=" + pem);
        assertThatThrownBy(() -> with("enrol=https://identity", "token=/t", "state=/s"))
                .hasMessageContaining("'authority' is there 0 times");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://identity", "identity", "https://", "https://a?b", "https://a b"})
    void anEndpointThatCannotBeIsNamed(String endpoint) {
        assertThatThrownBy(() -> with("enrol=" + endpoint, "token=/t", "state=/s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("enrol=" + endpoint + " is not an https URI");
    }
}
