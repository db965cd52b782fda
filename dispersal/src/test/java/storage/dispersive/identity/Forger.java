package storage.dispersive.identity;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
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
        return sign(new BasicConstraints(false), names(uris));
    }

    /** The same, which may sign others, too. */
    public IssuedIdentity authority(String... uris) {
        return sign(new BasicConstraints(0), names(uris));
    }

    /** An end for a key of somebody else. */
    public String certify(PublicKey key, String uri) {
        return Pem.write(sign(key, new BasicConstraints(false), names(uri)));
    }

    /** An end that serves at this address. */
    public IssuedIdentity server(InetAddress address) {
        return sign(
                new BasicConstraints(false),
                new GeneralName(GeneralName.iPAddress, address.getHostAddress()));
    }

    private static GeneralName[] names(String... uris) {
        return Stream.of(uris)
                .map(it -> new GeneralName(GeneralName.uniformResourceIdentifier, it))
                .toArray(GeneralName[]::new);
    }

    private IssuedIdentity sign(BasicConstraints constraints, GeneralName... names) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            X509Certificate made = sign(pair.getPublic(), constraints, names);
            return new IssuedIdentity(
                    Pem.write(made) + issuer.certificatePem(), Pem.write(pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(
            PublicKey subject, BasicConstraints constraints, GeneralName... names) {
        try {
            X509Certificate above = Pem.readCertificate(issuer.certificatePem());
            PrivateKey key = Pem.readPrivateKey(issuer.privateKeyPem(), above);
            Instant now = Instant.now();
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
                            subject);
            builder.addExtension(Extension.basicConstraints, true, constraints);
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (Exception e) {
            throw new IllegalStateException(Objects.toString(e.getMessage()), e);
        }
    }
}
