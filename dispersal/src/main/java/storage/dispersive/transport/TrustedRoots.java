package storage.dispersive.transport;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import storage.dispersive.pem.Pem;

/**
 * The authorities that an identity trusts (several while one takes the place of another), and who
 * somebody is according to them. TLS has verified a chain before (RFC 5280), but of URIs that RFC
 * can constrain the host alone, so that for TLS a volume's certificate may sign whatever it likes.
 * Here it signs leases of that volume, a pod's certificate leases of that pod, and nobody else
 * signs anything. The order in which the peer sent its certificates, and what more it sent, mean
 * nothing.
 *
 * <p>Immutable. Used during handshakes only: a verification takes a few signatures' time.
 */
public final class TrustedRoots {

    /** A leaf, who signed it, and their root make three; a rotation may double the latter two. */
    static final int MAX_SHOWN = 8;

    private final Set<TrustAnchor> anchors;
    private final TrustManagerFactory verifier;

    private TrustedRoots(Set<TrustAnchor> anchors, TrustManagerFactory verifier) {
        this.anchors = anchors;
        this.verifier = verifier;
    }

    /**
     * Reads authorities in PEM.
     *
     * @throws IllegalArgumentException if there is none, or something else
     */
    public static TrustedRoots read(String pem) {
        List<X509Certificate> roots = Pem.readCertificates(pem);
        return new TrustedRoots(
                roots.stream()
                        .map(root -> new TrustAnchor(root, null))
                        .collect(Collectors.toUnmodifiableSet()),
                verifier(roots));
    }

    private static TrustManagerFactory verifier(List<X509Certificate> roots) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (int i = 0; i < roots.size(); i++) {
                trusted.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory verifier =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            verifier.init(trusted);
            return verifier;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot verify certificates", e);
        }
    }

    /** What verifies a chain for TLS, before {@link #identify} does. */
    public TrustManagerFactory verifier() {
        return verifier;
    }

    /** Who has the key of the first of these certificates, now. */
    PeerIdentity identify(Certificate[] shown) {
        return identify(shown, Instant.now());
    }

    /**
     * Who had, or will have, the key of the first of these certificates.
     *
     * @param shown as the peer did, the first its own
     * @throws IllegalArgumentException if it is nobody, or somebody whom its issuer may not name
     */
    public PeerIdentity identify(Certificate[] shown, Instant when) {
        if (shown.length == 0 || shown.length > MAX_SHOWN) {
            throw new IllegalArgumentException(shown.length + " certificates were shown");
        }
        X509Certificate own = (X509Certificate) shown[0];
        PeerIdentity claimed = PeerIdentity.claimedBy(own);
        Optional<PeerIdentity> needed = claimed.issuer();
        if (needed.isEmpty()) {
            if (isValid(List.of(own), when)) {
                return claimed;
            }
            throw new IllegalArgumentException("only an authority makes " + claimed);
        }
        for (int i = 1; i < shown.length; i++) {
            X509Certificate issuer = (X509Certificate) shown[i];
            if (isValid(List.of(own, issuer), when)
                    && PeerIdentity.claimedBy(issuer).equals(needed.get())) {
                return claimed;
            }
        }
        throw new IllegalArgumentException("only " + needed.get() + " makes " + claimed);
    }

    /** Whether a root signed the last of these, and each the one before, all of them valid. */
    private boolean isValid(List<X509Certificate> path, Instant when) {
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(when));
            parameters.setRevocationEnabled(false); // nobody issues lists of revoked ones
            CertPath checked = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(checked, parameters);
            return true;
        } catch (CertPathValidatorException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot verify certificates", e);
        }
    }
}
