package storage.dispersive.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.operator.identity.Authority;
import storage.dispersive.operator.identity.AuthoritySettings;
import storage.dispersive.operator.identity.AuthorityWatch;

/** Whoever leads makes the authority and changes it when it hears of a reason; nobody else does. */
class AuthorityRoundsTest {

    private static final String SYSTEM = "dispersive-system";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final AuthoritySettings SETTINGS =
            new AuthoritySettings(SYSTEM, Set.of(), null, AuthoritySettings.USUAL_VALIDITY);

    private @Nullable ApiServer server;
    private @Nullable KubernetesClient client;

    @BeforeEach
    void start() {
        server = ApiServer.start();
        client = server.client();
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private KubernetesClient client() {
        return Objects.requireNonNull(client);
    }

    private Optional<Secret> secret() {
        return Optional.ofNullable(
                client().secrets().inNamespace(SYSTEM).withName("dispersive-authority").get());
    }

    private void makeNamespace() {
        client().resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(SYSTEM)
                                .endMetadata()
                                .build())
                .create();
    }

    private void rotate() {
        client().resource(secret().orElseThrow())
                .edit(it ->
                        new SecretBuilder(it)
                                .editMetadata()
                                .addToAnnotations("dispersive.storage/rotate", "now")
                                .endMetadata()
                                .build());
    }

    @Test
    void onlyWhoLeadsTakesSteps() throws Exception {
        makeNamespace();
        Authority followed = new Authority(client(), SETTINGS, Clock.systemUTC());
        Authority led = new Authority(client(), SETTINGS, Clock.systemUTC());
        try (AuthorityRounds follower = new AuthorityRounds(followed, Clock.systemUTC());
                AuthorityRounds leader = new AuthorityRounds(led, Clock.systemUTC());
                AuthorityWatch one =
                        new AuthorityWatch(client(), SETTINGS, followed, follower::changed);
                AuthorityWatch other =
                        new AuthorityWatch(client(), SETTINGS, led, leader::changed)) {
            assertThat(one.hears() && other.hears()).isTrue();
            follower.changed();
            await().during(Duration.ofSeconds(1)).until(() -> secret().isEmpty());
            leader.lead();
            await().atMost(PATIENCE).until(() -> secret().isPresent());
            await().atMost(PATIENCE).until(() -> followed.whyNobodySigns().isEmpty());
            rotate();
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(secret().orElseThrow().getData()).containsKey("next.crt"));
        }
    }

    @Test
    void aStepThatFailedIsTakenAgain() {
        Authority authority = new Authority(client(), SETTINGS, Clock.systemUTC());
        try (AuthorityRounds rounds = new AuthorityRounds(authority, Clock.systemUTC())) {
            rounds.lead();
            await().during(Duration.ofSeconds(2))
                    .until(() -> authority.whyNobodySigns().isPresent());
            makeNamespace();
            await().atMost(PATIENCE).until(() -> authority.whyNobodySigns().isEmpty());
        }
    }
}
