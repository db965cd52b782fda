package storage.dispersive.pem;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Certificates and keys as text (RFC 7468). What is no such text is refused when it is read. */
public final class Pem {

    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";

    private Pem() {}

    public static String write(X509Certificate certificate) {
        try {
            return write(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    /** As PKCS#8, not encrypted. */
    public static String write(PrivateKey key) {
        return write(PRIVATE_KEY, key.getEncoded());
    }

    /** As SubjectPublicKeyInfo. */
    public static String write(PublicKey key) {
        return write(PUBLIC_KEY, key.getEncoded());
    }

    private static String write(String label, byte[] der) {
        return begin(label) + "\n" + LINES.encodeToString(der) + "\n" + end(label) + "\n";
    }

    private static String begin(String label) {
        return "-----BEGIN " + label + "-----";
    }

    private static String end(String label) {
        return "-----END " + label + "-----";
    }

    /** The first certificate of a chain. */
    public static X509Certificate readCertificate(String pem) {
        return readCertificates(pem).getFirst();
    }

    /** All certificates of a chain, of which there is at least one. */
    public static List<X509Certificate> readCertificates(String pem) {
        List<X509Certificate> read;
        try {
            read =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            pem.getBytes(StandardCharsets.US_ASCII)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this is not a certificate in PEM", e);
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("this is not a certificate in PEM");
        }
        return read;
    }

    /** The key that belongs to {@code certificate}, as far as its kind tells. */
    public static PrivateKey readPrivateKey(String pem, X509Certificate certificate) {
        String algorithm = certificate.getPublicKey().getAlgorithm();
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(read(PRIVATE_KEY, pem)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "this is not a key (" + algorithm + ") in PKCS#8 and PEM", e);
        }
    }

    /** A key on an elliptic curve, whichever. */
    public static PublicKey readPublicKey(String pem) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(read(PUBLIC_KEY, pem)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("this is not a public EC key in PEM", e);
        }
    }

    private static byte[] read(String label, String pem) {
        int begin = pem.indexOf(begin(label));
        int end = pem.indexOf(end(label));
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("there is no " + label);
        }
        return Base64.getMimeDecoder().decode(pem.substring(begin + begin(label).length(), end));
    }
}
