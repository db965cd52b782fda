package storage.dispersive.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
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
import storage.dispersive.portion.VolumeId;

/**
 * The authority of one storage area network. Keys are EC P-256, signatures ECDSA with SHA-256,
 * serial numbers random, profiles after RFC 5280; who somebody is stands in one URI among the
 * subject's alternative names:
 *
 * <pre>
 *   dispersive://pod/NAME      may serve as that pod, and call other pods
 *   dispersive://volume/UUID   may write and read that volume
 *   dispersive://admin         may found, forget and describe any volume
 * </pre>
 *
 * Safe for use by many threads. The key stays in memory; writing it down, to a file of mode 0600,
 * is the caller's.
 */
public final class CertificateAuthority {

    /** Clocks of pods may differ from the authority's by this much. */
    private static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

    private static final int SERIAL_BITS = 127;

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, Clock clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /** Makes an authority that signs itself. {@code name} is for people. */
    public static CertificateAuthority create(String name, Duration validity, Clock clock) {
        try {
            SecureRandom random = new SecureRandom();
            KeyPair pair = newKeyPair(random);
            X500Name subject = commonName(name);
            Instant now = clock.instant();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            subject,
                            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                            Date.from(now.minus(CLOCK_SLACK)),
                            Date.from(now.plus(validity)),
                            subject,
                            pair.getPublic());
            var ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            ids.createSubjectKeyIdentifier(pair.getPublic()));
            return new CertificateAuthority(
                    sign(builder, pair.getPrivate()), pair.getPrivate(), clock);
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("this JVM cannot make certificates", e);
        }
    }

    /**
     * An authority that was made before.
     *
     * @throws IllegalArgumentException if this is not an authority's certificate and its key
     */
    public static CertificateAuthority load(IssuedIdentity authority, Clock clock) {
        X509Certificate certificate = Pem.readCertificate(authority.certificatePem());
        PrivateKey key = Pem.readPrivateKey(authority.privateKeyPem());
        if (certificate.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("the certificate is not an authority's");
        }
        if (!Pem.belongTogether(certificate, key)) {
            throw new IllegalArgumentException("the key is not that of the certificate");
        }
        return new CertificateAuthority(certificate, key, clock);
    }

    /** The authority's own certificate, which everybody trusts, and its key, which nobody sees. */
    public IssuedIdentity authority() {
        return new IssuedIdentity(Pem.write(certificate), Pem.write(key));
    }

    /** The authority's certificate, to be given to everybody. */
    public String certificatePem() {
        return Pem.write(certificate);
    }

    /** For a storage pod, which also calls other pods to rebuild. */
    public IssuedIdentity issuePod(
            String podName, List<InetAddress> addresses, List<String> dnsNames, Duration validity) {
        List<GeneralName> names = new ArrayList<>();
        names.add(uri("dispersive://pod/" + podName));
        addresses.forEach(
                ip -> names.add(new GeneralName(GeneralName.iPAddress, ip.getHostAddress())));
        dnsNames.forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        return issue("pod " + podName, names, purposes, validity);
    }

    /** For whoever attaches a volume. */
    public IssuedIdentity issueVolume(VolumeId volume, Duration validity) {
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth};
        return issue(
                "volume " + volume,
                List.of(uri("dispersive://volume/" + volume)),
                purposes,
                validity);
    }

    /** For whoever creates and deletes volumes. */
    public IssuedIdentity issueAdmin(Duration validity) {
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_clientAuth};
        return issue("admin", List.of(uri("dispersive://admin")), purposes, validity);
    }

    private IssuedIdentity issue(
            String name, List<GeneralName> names, KeyPurposeId[] purposes, Duration validity) {
        try {
            KeyPair pair = newKeyPair(random);
            Instant now = clock.instant();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            certificate,
                            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                            Date.from(now.minus(CLOCK_SLACK)),
                            Date.from(now.plus(validity)),
                            commonName(name),
                            pair.getPublic());
            var ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            ids.createAuthorityKeyIdentifier(certificate));
            return new IssuedIdentity(Pem.write(sign(builder, key)), Pem.write(pair.getPrivate()));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("this JVM cannot make certificates", e);
        }
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyPair newKeyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, cut(name)).build();
    }

    /** RFC 5280 allows a common name 64 characters; it is for people only. */
    private static String cut(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64);
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }
}
