package storage.dispersive.pem;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Certificates and keys as text (RFC 7468). What is no such text is refused when it is read. */
public final class Pem {

    private static final Base64.Encoder LINES =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";

    private Pem() {}

    public static String write(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + LINES.encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that cannot be written", e);
        }
    }

    /** As PKCS#8, not encrypted. */
    public static String write(PrivateKey key) {
        return KEY_BEGIN + "\n" + LINES.encodeToString(key.getEncoded()) + "\n" + KEY_END + "\n";
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
        int begin = pem.indexOf(KEY_BEGIN);
        int end = pem.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("this is not a PKCS#8 key in PEM");
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        try {
            byte[] der =
                    Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "this is not a key (" + algorithm + ") in PKCS#8 and PEM", e);
        }
    }
}
