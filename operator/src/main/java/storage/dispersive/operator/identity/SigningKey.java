package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/**
 * The authority that signs, as a Secret keeps it: {@code tls.crt}, its certificate, and {@code
 * tls.key}, its key. cert-manager writes Secrets of the same form. Immutable.
 *
 * @param fingerprint SHA-256 of the certificate
 */
record SigningKey(CertificateAuthority authority, String fingerprint, Instant begin, Instant end) {

    static final String SECRET = "dispersive-authority";

    /** On the Secret: asks for another key, whatever it says. */
    static final String ROTATE = "dispersive.storage/rotate";

    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String NAME = "dispersive authority";

    /** Whoever keeps it, the share of its life after which it is replaced: 2/3. */
    private static final int THIRDS = 3;

    /** Makes another one, of which nobody knows yet. */
    static Secret create(String namespace, Duration validity, Clock clock) {
        IssuedIdentity made = CertificateAuthority.create(NAME, validity, clock).authority();
        return new SecretBuilder()
                .withNewMetadata()
                .withName(SECRET)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/part-of", "dispersive")
                .addToLabels("app.kubernetes.io/managed-by", "dispersive-operator")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withStringData(
                        Map.of(CERTIFICATE, made.certificatePem(), KEY, made.privateKeyPem()))
                .build();
    }

    /**
     * Reads it.
     *
     * @throws UnusableAuthorityException if it is not an authority and its key
     */
    static SigningKey read(Secret secret, Clock clock) throws UnusableAuthorityException {
        try {
            IssuedIdentity identity =
                    new IssuedIdentity(entry(secret, CERTIFICATE), entry(secret, KEY));
            CertificateAuthority authority = CertificateAuthority.load(identity, clock);
            X509Certificate certificate = Pem.readCertificate(authority.certificatePem());
            if (!certificate.getNotAfter().toInstant().isAfter(clock.instant())) {
                throw new IllegalArgumentException(
                        "it has expired at " + certificate.getNotAfter().toInstant());
            }
            return new SigningKey(
                    authority,
                    fingerprint(certificate),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant());
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new UnusableAuthorityException(
                    "Secret "
                            + secret.getMetadata().getNamespace()
                            + "/"
                            + SECRET
                            + " holds no authority ("
                            + e.getMessage()
                            + "): put back what it held, or delete it, so that a new authority is"
                            + " made and all storage pods ask for certificates of it");
        }
    }

    private static String entry(Secret secret, String name) {
        Map<String, String> data = secret.getData();
        if (data == null || !data.containsKey(name)) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return new String(Base64.getDecoder().decode(data.get(name)), StandardCharsets.UTF_8);
    }

    static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    String certificatePem() {
        return authority.certificatePem();
    }

    boolean isToBeReplaced(Instant now) {
        Duration life = Duration.between(begin, end);
        return now.isAfter(begin.plus(life.multipliedBy(THIRDS - 1).dividedBy(THIRDS)));
    }
}
