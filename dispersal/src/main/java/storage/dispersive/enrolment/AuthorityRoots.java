package storage.dispersive.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.TrustedRoots;

/**
 * What the file of authorities says. Immutable.
 *
 * @param fingerprints SHA-256 of each certificate, hexadecimal
 */
record AuthorityRoots(String pem, TrustedRoots trusted, Set<String> fingerprints) {

    private static final int MAX_BYTES = 1 << 20;

    /**
     * Reads the file, all of it or nothing: a file that is being written is no PEM.
     *
     * @param known what it said before; is returned if it says so still
     * @throws IOException if it cannot be read or is something else; the message says which
     */
    static AuthorityRoots read(Path file, @Nullable AuthorityRoots known) throws IOException {
        String pem = text(file);
        if (known != null && known.pem().equals(pem)) {
            return known;
        }
        try {
            return of(pem);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the authorities' file " + file + " has no certificates in PEM", e);
        }
    }

    private static String text(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("the authorities' file " + file + " is not there", e);
        } catch (IOException e) {
            throw new IOException(
                    "the authorities' file " + file + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException("the authorities' file " + file + " is too long to be PEM");
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * From PEM.
     *
     * @throws IllegalArgumentException if it is something else
     */
    private static AuthorityRoots of(String pem) {
        Set<String> fingerprints =
                Pem.readCertificates(pem).stream()
                        .map(AuthorityRoots::fingerprint)
                        .collect(Collectors.toUnmodifiableSet());
        return new AuthorityRoots(pem, TrustedRoots.read(pem), fingerprints);
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that cannot be hashed", e);
        }
    }
}
