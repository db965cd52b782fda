package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.Pem;

/** An authority is published before it signs, and goes after nobody needs it, whatever happens. */
class ClusterAuthorityTest {

    private @Nullable AskedService asked;

    @BeforeEach
    void start() throws Exception {
        asked = AskedService.start();
        asked.client()
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("storage")
                                .endMetadata()
                                .build())
                .create();
    }

    @AfterEach
    void stop() {
        if (asked != null) {
            asked.close();
        }
    }

    private AskedService asked() {
        return Objects.requireNonNull(asked);
    }

    private Secret secret() {
        return asked().client()
                .secrets()
                .inNamespace(AskedService.NAMESPACE)
                .withName(SigningKey.SECRET)
                .require();
    }

    private void rotate() {
        asked().client()
                .resource(secret())
                .edit(it ->
                        new SecretBuilder(it)
                                .editMetadata()
                                .addToAnnotations(SigningKey.ROTATE, "now")
                                .endMetadata()
                                .build());
    }

    private List<String> roots(String namespace) {
        ConfigMap map =
                asked().client()
                        .configMaps()
                        .inNamespace(namespace)
                        .withName(SigningKey.SECRET)
                        .require();
        return Pem.readCertificates(map.getData().getOrDefault("ca.crt", "")).stream()
                .map(Pem::write)
                .toList();
    }

    /** Every step is another operator's, as after a crash of the one before. */
    @Test
    void aNewKeyIsPublishedThenSignsThenTheOldOneGoes() throws Exception {
        String old = asked().authority().signing().certificatePem();
        await().until(() -> asked().authority().publish("storage").isEmpty());
        rotate();
        String[] made = new String[1];
        await().untilAsserted(() -> {
            tendByAnother();
            assertThat(roots(AskedService.NAMESPACE)).hasSize(2).contains(old);
            made[0] = roots(AskedService.NAMESPACE).getLast();
        });
        await().untilAsserted(() -> {
            tendByAnother();
            assertThat(roots("storage")).containsExactly(old, made[0]);
        });
        assertThat(
                        Objects.requireNonNullElse(
                                secret().getMetadata().getAnnotations(), Map.<String, String>of()))
                .doesNotContainKey(SigningKey.ROTATE);
        await().untilAsserted(() ->
                assertThatThrownBy(() -> asked().authority().signing())
                        .hasMessageContaining("the authority is new, and signs from"));
        asked().clock().pass(Duration.ofMinutes(2));
        assertThatThrownBy(() -> asked().authority().signing()).hasMessageContaining("is new");
        asked().clock().pass(Duration.ofMinutes(1).plusSeconds(1));
        assertThat(asked().authority().signing().certificatePem()).isEqualTo(made[0]);
        asked().clock().pass(Duration.ofMinutes(11));
        tendByAnother();
        assertThat(roots("storage")).hasSize(2);
        asked().clock().pass(Duration.ofMinutes(1));
        await().untilAsserted(() -> {
            tendByAnother();
            assertThat(roots("storage")).containsExactly(made[0]);
            assertThat(roots(AskedService.NAMESPACE)).containsExactly(made[0]);
        });
        assertThat(asked().authority().signing().certificatePem()).isEqualTo(made[0]);
    }

    private void tendByAnother() {
        try (ClusterAuthority other = asked().authority(ClusterAuthority.Maker.OPERATOR)) {
            assertThat(other.tend()).isEmpty();
        }
    }

    @Test
    void aKeyIsReplacedInTime() throws Exception {
        String old = asked().authority().signing().certificatePem();
        asked().clock().pass(Duration.ofDays(250));
        await().untilAsserted(() -> {
            asked().authority().tend();
            assertThat(roots(AskedService.NAMESPACE)).hasSize(2).contains(old);
        });
    }

    @Test
    void theServiceShowsACertificateOfWhoSignsWithoutBeingAway() throws Exception {
        int port = asked().service().port().orElseThrow();
        rotate();
        await().untilAsserted(() -> {
            asked().authority().tend();
            assertThat(roots(AskedService.NAMESPACE)).hasSize(2);
        });
        asked().clock().pass(Duration.ofMinutes(4));
        await().until(() -> asked().service().tend().isEmpty());
        asked().clock().pass(Duration.ofMinutes(12));
        await().untilAsserted(() -> {
            asked().authority().tend();
            assertThat(roots(AskedService.NAMESPACE)).hasSize(1);
        });
        await().until(() ->
                asked().authority().trusted().equals(roots(AskedService.NAMESPACE).getFirst()));
        assertThat(asked().service().tend()).isEmpty();
        assertThat(asked().service().port()).contains(port);
        // Only who trusts the new one can hear this.
        assertThat(asked().ask("rubbish", AskedService.key()).statusCode()).isEqualTo(401);
    }

    @Test
    void whatHoldsNoAuthorityIsToldOfAndNeverOverwritten() {
        Map<String, String> rubbish = Map.of("tls.crt", "cnViYmlzaA==", "tls.key", "cnViYmlzaA==");
        asked().client()
                .resource(secret())
                .edit(it -> new SecretBuilder(it).withData(rubbish).build());
        await().untilAsserted(() ->
                assertThat(asked().authority().tend())
                        .hasValueSatisfying(it ->
                                assertThat(it)
                                        .contains("holds no authority")
                                        .contains("or delete it")));
        assertThat(secret().getData()).isEqualTo(rubbish);
        asked().client().resource(secret()).delete();
        await().untilAsserted(() -> {
            assertThat(asked().authority().tend()).isEmpty();
            assertThat(roots(AskedService.NAMESPACE)).hasSize(2);
        });
    }

    @Test
    void oneOfTwoOperatorsMakesTheKey() throws Exception {
        asked().client().resource(secret()).delete();
        asked().client()
                .configMaps()
                .inNamespace(AskedService.NAMESPACE)
                .withName(SigningKey.SECRET)
                .delete();
        try (ClusterAuthority one = asked().authority(ClusterAuthority.Maker.OPERATOR);
                ClusterAuthority other = asked().authority(ClusterAuthority.Maker.OPERATOR)) {
            CompletableFuture<Void> first = CompletableFuture.runAsync(one::tend);
            other.tend();
            first.join();
            await().until(() -> one.tend().isEmpty() && other.tend().isEmpty());
            await().untilAsserted(() ->
                    assertThat(one.signing().certificatePem())
                            .isEqualTo(other.signing().certificatePem()));
        }
    }

    @Test
    void aKeyThatSomebodyElseMakesIsOnlyRead() throws Exception {
        try (ClusterAuthority reading = asked().authority(ClusterAuthority.Maker.OTHERS)) {
            await().until(() -> reading.tend().isEmpty());
            String old = reading.signing().certificatePem();
            Secret renewed =
                    SigningKey.create(AskedService.NAMESPACE, Duration.ofDays(90), asked().clock());
            asked().client()
                    .resource(secret())
                    .edit(it ->
                            new SecretBuilder(it).withStringData(renewed.getStringData()).build());
            await().untilAsserted(() -> {
                reading.tend();
                assertThat(roots(AskedService.NAMESPACE)).hasSize(2).contains(old);
            });
            asked().clock().pass(Duration.ofMinutes(4));
            assertThat(reading.signing().certificatePem())
                    .isEqualTo(renewed.getStringData().get("tls.crt"));
            asked().clock().pass(Duration.ofDays(80));
            String version = secret().getMetadata().getResourceVersion();
            reading.tend();
            assertThat(secret().getMetadata().getResourceVersion()).isEqualTo(version);
        }
    }
}
