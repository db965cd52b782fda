package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.transport.TrustedRoots;

/** Authorities that cert-manager makes: intermediate ones, of a root that we do not know. */
class CertManagerTest extends WithApiServer {

    private static final String ISSUER = "issuer";

    private final KeyPair above = keys("EC");
    private X509Certificate made = certificate(above, "CN=above", above, "CN=above");

    @Override
    AuthoritySettings settings() {
        return new AuthoritySettings(operator, Set.of(), ISSUER, AuthoritySettings.USUAL_VALIDITY);
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(
            KeyPair issuer, String issuerName, KeyPair subject, String name) {
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(issuerName),
                            BigInteger.valueOf(System.nanoTime()),
                            Date.from(clock.instant().minusSeconds(60)),
                            Date.from(clock.instant().plus(Duration.ofDays(90))),
                            new X500Name(name),
                            subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(issuer.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As cert-manager does, also when it renews. */
    private void issue(KeyPair keys, String name) {
        X509Certificate root = certificate(above, "CN=above", above, "CN=above");
        made = certificate(above, "CN=above", keys, name);
        client().resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withNamespace(operator)
                                .withName(ISSUER)
                                .endMetadata()
                                .withType("kubernetes.io/tls")
                                .withData(
                                        Map.of(
                                                "ca.crt", encode(Pem.write(root)),
                                                "tls.crt",
                                                        encode(Pem.write(made) + Pem.write(root)),
                                                "tls.key", encode(Pem.write(keys.getPrivate()))))
                                .build())
                .createOr(NonDeletingOperation::update);
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void anIntermediateAuthorityIsTrustedAsItIs() {
        Authority authority = authority();
        issue(keys("EC"), "CN=one");
        authority.step();
        authority.publish(pods, null);
        assertThat(publishedPem()).isEqualTo(Pem.write(made));
        String pod =
                authority
                        .signer()
                        .orElseThrow()
                        .authority()
                        .certifyPod(
                                keys("EC").getPublic(),
                                "pod-0.space",
                                List.of(),
                                List.of(),
                                Duration.ofHours(24));
        PeerIdentity seen =
                TrustedRoots.read(publishedPem())
                        .identify(
                                Pem.readCertificates(pod).toArray(X509Certificate[]::new),
                                clock.instant());
        assertThat(seen).hasToString("pod pod-0.space");
    }

    @Test
    void whatItRenewsIsPublishedBeforeItSignsAndTheOldOneSignsMeanwhile() {
        Authority authority = authority();
        issue(keys("EC"), "CN=one");
        X509Certificate first = made;
        authority.step();
        authority.publish(pods, null);
        clock.pass(Duration.ofHours(1));
        issue(keys("EC"), "CN=two");
        String version = secret(ISSUER).getMetadata().getResourceVersion();
        authority.step();
        assertThat(publishedPem()).isEqualTo(Pem.write(first) + Pem.write(made));
        // An operator that was started again has the old key, too.
        Authority again = authority();
        again.observe(secret());
        assertThat(again.signer().orElseThrow().certificate()).isEqualTo(first);
        clock.pass(AuthorityState.NEXT_SIGNS);
        assertThat(again.signer().orElseThrow().certificate()).isEqualTo(made);
        clock.pass(AuthorityState.CURRENT_ENDS);
        authority.step();
        assertThat(publishedPem()).isEqualTo(Pem.write(made));
        assertThat(secret(ISSUER).getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void withoutItsSecretThereIsNoAuthority() {
        Authority authority = authority();
        authority.step();
        assertThat(authority.problem().orElseThrow()).contains("has not made", ISSUER);
        assertThat(client().secrets().inNamespace(operator).list().getItems()).isEmpty();
        issue(keys("EC"), "CN=one");
        authority.step();
        assertThat(authority.problem()).isEmpty();
    }

    @Test
    void whatItMakesIsHeardOf() {
        Authority authority = authority();
        AtomicInteger calls = new AtomicInteger();
        try (AuthorityWatch watch =
                new AuthorityWatch(client(), settings(), authority, calls::incrementAndGet)) {
            assertThat(watch).isNotNull();
            await("none is there").until(() -> calls.get() == 3);
            issue(keys("EC"), "CN=one");
            await().until(() -> calls.get() > 3);
        }
    }

    @Test
    void aKeyOfAnotherKindIsReportedAndTheOldOneSignsOn() {
        Authority authority = authority();
        issue(keys("EC"), "CN=one");
        X509Certificate first = made;
        authority.step();
        issue(keys("RSA"), "CN=two");
        authority.step();
        assertThat(authority.problem().orElseThrow()).contains("algorithm: ECDSA");
        assertThat(authority.signer().orElseThrow().certificate()).isEqualTo(first);
    }
}
