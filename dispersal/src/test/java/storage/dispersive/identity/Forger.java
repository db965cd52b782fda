package storage.dispersive.identity;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import storage.dispersive.pem.Pem;

/** Signs, with a key that it has, what the owner of that key should not sign. */
public final class Forger {

    private final IssuedIdentity issuer;

    public Forger(IssuedIdentity issuer) {
        this.issuer = issuer;
    }

    /** An end of the chain that may call and serve, and says that it is all of these. */
    public IssuedIdentity end(String... uris) {
        return sign(new BasicConstraints(false), uris);
    }

    /** The same, which may sign others, too. */
    public IssuedIdentity authority(String... uris) {
        return sign(new BasicConstraints(0), uris);
    }

    private IssuedIdentity sign(BasicConstraints constraints, String... uris) {
        try {
            X509Certificate above = Pem.readCertificate(issuer.certificatePem());
            PrivateKey key = Pem.readPrivateKey(issuer.privateKeyPem(), above);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            Instant now = Instant.now();
            GeneralName[] names =
                    Stream.of(uris)
                            .map(it -> new GeneralName(GeneralName.uniformResourceIdentifier, it))
                            .toArray(GeneralName[]::new);
            KeyPurposeId[] purposes = {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            };
            var builder =
                    new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(above.getSubjectX500Principal().getEncoded()),
                            BigInteger.TWO,
                            Date.from(now.minus(Duration.ofMinutes(1))),
                            Date.from(now.plus(Duration.ofHours(1))),
                            new X500Name("CN=forged"),
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            X509Certificate made =
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(key)));
            return new IssuedIdentity(
                    Pem.write(made) + issuer.certificatePem(), Pem.write(pair.getPrivate()));
        } catch (Exception e) {
            throw new IllegalStateException(Objects.toString(e.getMessage()), e);
        }
    }
}
