package storage.dispersive.csi.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.ResourceVolumes;
import storage.dispersive.csi.controller.Sharing;

class DriverSettingsTest {

    private final Map<String, String> given =
            new HashMap<>(
                    Map.of(
                            "DISPERSIVE_CSI_MODE", "controller",
                            "DISPERSIVE_CSI_CONTROLLER_NAMESPACE", "volumes",
                            "DISPERSIVE_CSI_NODE_NAME", "node-a"));

    private DriverSettings settings() throws BadSettingException {
        return DriverSettings.of(
                new SmallRyeConfigBuilder()
                        .withMapping(DriverConfiguration.class)
                        .withSources(new EnvConfigSource(given, 300))
                        .build()
                        .getConfigMapping(DriverConfiguration.class));
    }

    @Test
    void aControllerNeedsItsNamespaceOnly() throws BadSettingException {
        assertThat(settings().place().socket()).isEqualTo(Path.of("/csi/csi.sock"));
        assertThat(settings().mode())
                .isEqualTo(
                        new DriverSettings.Controller(
                                new ResourceVolumes.Settings(
                                        "volumes", Sharing.ONE_NODE, Duration.ofSeconds(10))));
    }

    @Test
    void aNodeNeedsItsNameOnly() throws BadSettingException {
        given.put("DISPERSIVE_CSI_MODE", "node");
        given.remove("DISPERSIVE_CSI_CONTROLLER_NAMESPACE");
        assertThat(settings().mode())
                .isInstanceOfSatisfying(
                        DriverSettings.Node.class,
                        it -> assertThat(it.name()).isEqualTo(new NodeName("node-a")));
    }

    @ParameterizedTest
    @CsvSource({
        "MODE, both, dispersive.csi.mode is 'both': give controller or node",
        "MODE, '', dispersive.csi.mode is not set",
        "SOCKET, csi.sock, an absolute path",
        "SOCKET, /, an absolute path",
        "GRACE_SECONDS, -1, a number of seconds",
        "GRACE_SECONDS, 3601, a number of seconds",
        "CONTROLLER_NAMESPACE, Volumes, the namespace in which volumes are to be made",
        "CONTROLLER_NAMESPACE, '', dispersive.csi.controller.namespace is not set",
        "CONTROLLER_LET_GO_SECONDS, soon, a number of seconds"
    })
    void whatIsWrongIsNamedWithWhatToGive(String name, String value, String says) {
        given.put("DISPERSIVE_CSI_" + name, value);
        assertThatThrownBy(this::settings)
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining(says);
    }

    @Test
    void aNodeWithoutANameIsRefused() {
        given.put("DISPERSIVE_CSI_MODE", "node");
        given.remove("DISPERSIVE_CSI_NODE_NAME");
        assertThatThrownBy(this::settings).hasMessageContaining("dispersive.csi.node.name");
    }
}
