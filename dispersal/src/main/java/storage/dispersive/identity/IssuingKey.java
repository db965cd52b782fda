package storage.dispersive.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pem.KeyProof;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;

/**
 * A certificate whose owner may sign others, and its key. Keys are EC P-256, signatures ECDSA with
 * SHA-256, serial numbers random, profiles after RFC 5280. Immutable, for any thread.
 */
final class IssuingKey {

    private static final int SERIAL_BITS = 127;
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final String CURVE = "secp256r1";

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** What a certificate lets its owner sign. */
    enum Role {
        /** Small authorities, and ends. */
        ROOT(1, KeyUsage.keyCertSign | KeyUsage.cRLSign),
        /** Ends; and it is an end itself. */
        SMALL_AUTHORITY(0, KeyUsage.digitalSignature | KeyUsage.keyCertSign),
        /** No certificates. */
        END(-1, KeyUsage.digitalSignature);

        private final int authoritiesBelow;
        private final int usage;

        Role(int authoritiesBelow, int usage) {
            this.authoritiesBelow = authoritiesBelow;
            this.usage = usage;
        }

        BasicConstraints constraints() {
            return this == END
                    ? new BasicConstraints(false)
                    : new BasicConstraints(authoritiesBelow);
        }

        KeyUsage usage() {
            return new KeyUsage(usage);
        }
    }

    /**
     * Whom a certificate is for.
     *
     * @param name for people
     * @param identity null for who is nobody to pods and sidecars
     * @param otherNames where the owner may be met, for programs that ask
     */
    record Subject(
            String name,
            @Nullable PeerIdentity identity,
            List<GeneralName> otherNames,
            List<KeyPurposeId> purposes,
            Role role) {}

    private IssuingKey(X509Certificate certificate, PrivateKey key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    private record Period(Instant begin, Instant end) {
        static Period of(Duration validity, Clock clock) {
            Instant now = clock.instant();
            return new Period(now.minus(CertificateTimes.CLOCK_SLACK), now.plus(validity));
        }
    }

    /** A new key that signs its own certificate. {@code name} is for people. */
    static IssuingKey root(String name, Duration validity, Clock clock) {
        try {
            SecureRandom random = new SecureRandom();
            KeyPair pair = newKeyPair(random);
            X500Name self = commonName(name);
            Period period = Period.of(validity, clock);
            var builder = draft(self, serial(random), period, self, pair.getPublic(), Role.ROOT);
            return new IssuingKey(sign(builder, pair.getPrivate()), pair.getPrivate(), clock);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw cannotIssue(e);
        }
    }

    /**
     * A certificate that was issued before, and its key.
     *
     * @throws IllegalArgumentException if these are not an authority's, or not of one another
     */
    static IssuingKey load(IssuedIdentity authority, Clock clock) {
        X509Certificate certificate = Pem.readCertificate(authority.certificatePem());
        PrivateKey key = Pem.readPrivateKey(authority.privateKeyPem(), certificate);
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("the certificate is not an authority's");
        }
        if (!KeyProof.belongTogether(certificate, key)) {
            throw new IllegalArgumentException("the key is not that of the certificate");
        }
        return new IssuingKey(certificate, key, clock);
    }

    X509Certificate certificate() {
        return certificate;
    }

    String certificatePem() {
        return Pem.write(certificate);
    }

    IssuedIdentity identity() {
        return new IssuedIdentity(certificatePem(), Pem.write(key));
    }

    /** Makes a key, and signs a certificate for it that is valid from now on. */
    IssuedIdentity issue(Subject subject, Duration validity) {
        try {
            KeyPair pair = newKeyPair(random);
            X509Certificate signed = certify(subject, pair.getPublic(), validity);
            return new IssuedIdentity(Pem.write(signed), Pem.write(pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw cannotIssue(e);
        }
    }

    /** Signs a certificate for a key of somebody else that is valid from now on. */
    X509Certificate certify(Subject subject, PublicKey subjectsKey, Duration validity) {
        try {
            List<GeneralName> names = new ArrayList<>();
            if (subject.identity() != null) {
                names.add(
                        new GeneralName(
                                GeneralName.uniformResourceIdentifier, subject.identity().uri()));
            }
            names.addAll(subject.otherNames());
            var builder =
                    draft(
                            X500Name.getInstance(
                                    certificate.getSubjectX500Principal().getEncoded()),
                            serial(random),
                            Period.of(validity, clock),
                            commonName(subject.name()),
                            subjectsKey,
                            subject.role());
            builder.addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(subject.purposes().toArray(KeyPurposeId[]::new)))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            return sign(builder, key);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw cannotIssue(e);
        }
    }

    private static JcaX509v3CertificateBuilder draft(
            X500Name issuer,
            BigInteger serial,
            Period period,
            X500Name subject,
            PublicKey key,
            Role role)
            throws GeneralSecurityException, IOException {
        var builder =
                new JcaX509v3CertificateBuilder(
                        issuer,
                        serial,
                        Date.from(period.begin()),
                        Date.from(period.end()),
                        subject,
                        key);
        builder.addExtension(Extension.basicConstraints, true, role.constraints())
                .addExtension(Extension.keyUsage, true, role.usage())
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
        return builder;
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder(SIGNATURE).build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newKeyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE), random);
        return generator.generateKeyPair();
    }

    /** Whether a key of somebody else is of the kind that all have. */
    static boolean isOnOurCurve(PublicKey key) {
        try {
            AlgorithmParameters ours = AlgorithmParameters.getInstance("EC");
            ours.init(new ECGenParameterSpec(CURVE));
            ECParameterSpec curve = ours.getParameterSpec(ECParameterSpec.class);
            return key instanceof ECPublicKey point
                    && point.getParams().getCurve().equals(curve.getCurve())
                    && point.getParams().getOrder().equals(curve.getOrder());
        } catch (GeneralSecurityException e) {
            throw cannotIssue(e);
        }
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, cut(name)).build();
    }

    /** RFC 5280 allows a common name 64 characters; it is for people only. */
    private static String cut(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64);
    }

    private static IllegalStateException cannotIssue(Exception cause) {
        return new IllegalStateException("this JVM cannot make certificates", cause);
    }
}
