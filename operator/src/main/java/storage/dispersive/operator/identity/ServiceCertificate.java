package storage.dispersive.operator.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
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
import storage.dispersive.pem.Pem;

/**
 * A certificate that names hosts and nobody of the storage area network, and its key: it serves
 * HTTPS and nothing else. Immutable.
 */
record ServiceCertificate(X509Certificate certificate, PrivateKey key) {

    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    static ServiceCertificate issue(Root root, List<String> dnsNames, Duration life, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            KeyPair pair = generator.generateKeyPair();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(
                                    root.certificate().getSubjectX500Principal().getEncoded()),
                            new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                            Date.from(now.minus(Root.CLOCK_SLACK)),
                            Date.from(now.plus(life)),
                            new X500Name("CN=Dispersive identity service"),
                            pair.getPublic());
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, names(dnsNames))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(root.certificate()));
            var signer =
                    new JcaContentSignerBuilder("SHA256withECDSA")
                            .build(
                                    Pem.readPrivateKey(
                                            root.pair().privateKeyPem(), root.certificate()));
            return new ServiceCertificate(
                    new JcaX509CertificateConverter().getCertificate(builder.build(signer)),
                    pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("this JVM cannot make certificates", e);
        }
    }

    private static GeneralNames names(List<String> dnsNames) {
        return new GeneralNames(
                dnsNames.stream()
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ServiceCertificate[" + certificate.getNotAfter() + "]";
    }
}
