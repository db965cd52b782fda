package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.TlsIdentity;

/** The authority in its Secret, and what becomes of it when somebody else writes there. */
class AuthorityTest extends WithApiServer {

    private static Secret with(Secret secret, String entry, String text) {
        return new SecretBuilder(secret)
                .addToData(
                        entry,
                        Base64.getEncoder()
                                .encodeToString(text.getBytes(StandardCharsets.US_ASCII)))
                .build();
    }

    private static Secret with(Secret secret, IssuedIdentity identity) {
        return with(
                with(secret, "tls.crt", identity.certificatePem()),
                "tls.key",
                identity.privateKeyPem());
    }

    private CertificateAuthority another(Duration validity) {
        return CertificateAuthority.create("another", validity, clock);
    }

    private Map<String, UnaryOperator<Secret>> damages() {
        CertificateAuthority other = another(Duration.ofDays(9));
        Map<String, UnaryOperator<Secret>> damages = new LinkedHashMap<>();
        damages.put("not a certificate", secret -> with(secret, "tls.crt", "nonsense"));
        damages.put("not a key", secret -> with(secret, "tls.key", "nonsense"));
        damages.put(
                "key is not that of",
                secret -> with(secret, "tls.crt", other.authority().certificatePem()));
        damages.put(
                "not an authority's", secret -> with(secret, other.issueAdmin(Duration.ofDays(1))));
        damages.put(
                "path length",
                secret ->
                        with(
                                secret,
                                other.issueVolume(
                                        VolumeId.of(UUID.randomUUID()), Duration.ofDays(1))));
        damages.put("expired", secret -> with(secret, another(Duration.ofMinutes(9)).authority()));
        damages.put("next.key is not there", secret -> with(secret, "next.crt", "nonsense"));
        damages.put("is no time", secret -> published(rotating(secret, other), "soon"));
        damages.put(
                "in the future",
                secret ->
                        published(
                                rotating(secret, other),
                                clock.instant().plusSeconds(3600).toString()));
        return damages;
    }

    private static Secret rotating(Secret secret, CertificateAuthority next) {
        return with(
                with(secret, "next.crt", next.certificatePem()),
                "next.key",
                next.authority().privateKeyPem());
    }

    private static Secret published(Secret secret, String when) {
        return new SecretBuilder(secret)
                .editMetadata()
                .addToAnnotations(AuthoritySecret.PUBLISHED, when)
                .endMetadata()
                .build();
    }

    @Test
    void aDamagedSecretIsReportedAndLeftAlone() {
        Authority authority = authority();
        authority.step();
        Secret good = secret();
        assertThat(authority.problem()).isEmpty();
        damages()
                .forEach((what, damage) -> {
                    edit(damage);
                    Secret damaged = secret();
                    authority.step();
                    assertThat(authority.problem().orElseThrow())
                            .contains(what)
                            .contains(operator + "/dispersive-authority")
                            .contains("delete it")
                            .doesNotContain("BEGIN");
                    assertThat(authority.trust()).as(what).isEmpty();
                    assertThat(authority.publish(pods, null)).isFalse();
                    assertThat(secret()).isEqualTo(damaged);
                    edit(any ->
                            new SecretBuilder(good)
                                    .editMetadata()
                                    .withResourceVersion(null)
                                    .endMetadata()
                                    .build());
                    authority.step();
                    assertThat(authority.problem()).isEmpty();
                });
    }

    @Test
    void aDeletedSecretIsMadeAnewAndNobodyTrustsTheOldOne() {
        Authority authority = authority();
        authority.step();
        authority.publish(pods, null);
        Root old = authority.signer().orElseThrow();
        client().resource(secret()).delete();
        authority.observe(null);
        assertThat(authority.signer()).isEmpty();
        authority.step();
        Root made = authority.signer().orElseThrow();
        assertThat(made.isSame(old)).isFalse();
        assertThat(publishedPem()).isEqualTo(made.pem());
    }

    @Test
    void anAuthorityThatNobodyReplacedExpires() {
        Authority authority = authority();
        authority.step();
        clock.pass(Duration.ofDays(365));
        assertThat(authority.signer()).isEmpty();
        assertThat(authority.problem().orElseThrow()).contains("expired");
    }

    @Test
    void everyReplicaHearsOfChanges() throws Exception {
        Authority leader = authority();
        Authority follower = authority();
        AtomicInteger heard = new AtomicInteger();
        try (AuthorityWatch watch =
                new AuthorityWatch(client(), settings(), follower, heard::incrementAndGet)) {
            assertThat(watch).isNotNull();
            leader.step();
            await().until(() -> follower.signer().isPresent());
            assertThat(heard).hasPositiveValue();
            edit(secret -> with(secret, "tls.crt", "nonsense"));
            await().until(() -> follower.problem().orElse("").contains("not a certificate"));
            client().resource(secret()).delete();
            await().until(() -> follower.problem().orElse("").contains("is not there"));
            leader.step();
            await().until(() -> follower.signer().isPresent());
        }
    }

    @Test
    void theOperatorsOwnIdentityIsRenewedAndFollowsTheAuthority() {
        Authority authority = authority();
        AdminIdentity admin = new AdminIdentity(authority, clock);
        assertThat(admin.now()).isEmpty();
        authority.step();
        TlsIdentity first = admin.now().orElseThrow();
        clock.pass(Duration.ofMinutes(39));
        authority.observe(secret());
        assertThat(admin.now()).containsSame(first);
        clock.pass(Duration.ofMinutes(2));
        TlsIdentity second = admin.now().orElseThrow();
        assertThat(second).isNotSameAs(first);
        edit(secret -> rotating(secret, another(Duration.ofDays(9))));
        authority.step();
        TlsIdentity third = admin.now().orElseThrow();
        assertThat(third).as("trusts both").isNotSameAs(second);
        clock.pass(AuthorityState.NEXT_SIGNS);
        assertThat(admin.now().orElseThrow()).as("of the next").isNotSameAs(third);
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> new AuthoritySettings("it", Set.of(), null, Duration.ofHours(23)))
                .hasMessageContaining("a day at least");
        assertThatThrownBy(() ->
                        new AuthoritySettings(
                                "it", Set.of(), "dispersive-authority", Duration.ofDays(9)))
                .hasMessageContaining("the operator's own");
    }
}
