package storage.dispersive.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import storage.dispersive.apiserver.ApiServer;

/**
 * The documentation shows what kubectl explains. {@code -Ddocs.write=true} writes it anew, with
 * {@code DISPERSIVE_KUBERNETES_PROGRAMS} set.
 */
class ExplainTest {

    private static final Path FILE = Path.of("../docs/explain.md");
    private static final String VOLUME = "dv.spec";

    private static final List<String> COMMANDS =
            List.of(
                    "explain dv",
                    "explain dv.spec",
                    "explain dv.spec.placement",
                    "explain dv --recursive",
                    "explain dpool.spec",
                    "explain dpool --recursive");

    private static final String BEGINNING =
            """
            # What kubectl explains

            Made by `ExplainTest`; `./mvnw -pl crds -am test -Ddocs.write=true` writes it anew.
            What kubectl shows of volumes that are there is in `kubectl.md`.
            """;

    @Test
    void kubectlExplainsWhatTheDocumentationSays() throws IOException {
        try (ApiServer server = ApiServer.start();
                KubernetesClient client = server.client()) {
            for (CustomResourceDefinition definition : Definitions.all()) {
                client.resource(definition).create();
            }
            // The server publishes schemas some time after it takes definitions.
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        assertThat(server.kubectl("explain", VOLUME)).contains("dispersal");
                        assertThat(server.kubectl("explain", "dpool.spec")).contains("pods");
                    });
            String said =
                    BEGINNING
                            + COMMANDS.stream()
                                    .map(it -> shown(it, server.kubectl(it.split(" ", -1))))
                                    .collect(Collectors.joining());
            if (Boolean.getBoolean("docs.write")) {
                Files.writeString(FILE, said);
            }
            assertThat(FILE)
                    .as("run ./mvnw -pl crds -am test -Ddocs.write=true")
                    .content()
                    .isEqualTo(said);
        }
    }

    private static String shown(String command, String said) {
        return "\n    $ kubectl "
                + command
                + "\n"
                + said.stripTrailing()
                        .lines()
                        .map(line -> ("    " + line.replace("\t", "  ")).stripTrailing() + "\n")
                        .collect(Collectors.joining());
    }
}
