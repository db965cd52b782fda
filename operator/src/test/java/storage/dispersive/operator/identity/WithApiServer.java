package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.operator.pods.PodProfile;

/** Tests with an API server for all, and each with namespaces and a clock of its own. */
abstract class WithApiServer {

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable ApiServer server;
    private static @Nullable KubernetesClient client;

    final SteppedClock clock = new SteppedClock();
    String operator = newNamespace();
    final String pods = newNamespace();

    @BeforeAll
    static void startServer() {
        server = ApiServer.start();
        client = server.client();
    }

    @AfterAll
    static void stopServer() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    static KubernetesClient client() {
        return Objects.requireNonNull(client);
    }

    static ApiServer server() {
        return Objects.requireNonNull(server);
    }

    static String newNamespace() {
        String name = "space-" + COUNT.incrementAndGet();
        client().resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                .create();
        return name;
    }

    AuthoritySettings settings() {
        return new AuthoritySettings(operator, Set.of(), null, AuthoritySettings.USUAL_VALIDITY);
    }

    /** That of an operator that starts now. */
    Authority authority() {
        return new Authority(client(), settings(), clock);
    }

    Secret secret() {
        return secret(AuthoritySecret.NAME);
    }

    Secret secret(String name) {
        return Objects.requireNonNull(
                client().secrets().inNamespace(operator).withName(name).get());
    }

    /** As a person with kubectl does. */
    void edit(UnaryOperator<Secret> change) {
        client().secrets().inNamespace(operator).withName(AuthoritySecret.NAME).edit(change);
    }

    ConfigMap published() {
        return Objects.requireNonNull(
                client().configMaps().inNamespace(pods).withName("dispersive-authority").get());
    }

    String publishedPem() {
        return Objects.requireNonNull(published().getData().get(PodProfile.AUTHORITY_ENTRY));
    }
}
