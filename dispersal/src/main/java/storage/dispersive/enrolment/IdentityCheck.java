package storage.dispersive.enrolment;

import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import storage.dispersive.identity.CertificateTimes;
import storage.dispersive.pem.Pem;
import storage.dispersive.transport.PeerIdentity;

/**
 * Whether a certificate is what this process needs: for its key, for who it is and nobody else,
 * from an authority that it trusts, valid now, and fit for its ends of connections. Immutable.
 *
 * @param expected who the process is
 */
record IdentityCheck(PeerIdentity expected) {

    private static final String SERVES = "1.3.6.1.5.5.7.3.1"; // RFC 5280, id-kp-serverAuth
    private static final String CALLS = "1.3.6.1.5.5.7.3.2"; // id-kp-clientAuth
    private static final int KEY_CERT_SIGN = 5; // RFC 5280, KeyUsage

    /**
     * Checks what an identity service answered.
     *
     * @return the certificate of {@code key}
     * @throws IOException if it will not do; the message says why
     */
    X509Certificate answer(String chainPem, PublicKey key, AuthorityRoots roots, Instant now)
            throws IOException {
        List<X509Certificate> chain = read(chainPem);
        X509Certificate leaf = chain.getFirst();
        if (!leaf.getPublicKey().equals(key)) {
            throw new IOException("the certificate is for another key");
        }
        check(chain, roots, now);
        return leaf;
    }

    /**
     * Checks what was kept.
     *
     * @throws IOException if it will not do; the message says why
     */
    X509Certificate kept(KeptIdentity kept, AuthorityRoots roots, Instant now) throws IOException {
        if (!kept.isWhole()) {
            throw new IOException("it is damaged");
        }
        List<X509Certificate> chain = kept.chain();
        check(chain, roots, now);
        return chain.getFirst();
    }

    private static List<X509Certificate> read(String chainPem) throws IOException {
        try {
            return Pem.readCertificates(chainPem);
        } catch (IllegalArgumentException e) {
            throw new IOException("the answer is no certificate in PEM", e);
        }
    }

    private void check(List<X509Certificate> chain, AuthorityRoots roots, Instant now)
            throws IOException {
        X509Certificate leaf = chain.getFirst();
        checkName(leaf);
        checkTimes(leaf, now);
        checkUse(leaf);
        if (!isTrusted(chain, roots, now)) {
            throw new IOException("the certificate is of no authority that is trusted here");
        }
    }

    /** Whether one of these authorities signed it. Its own times may be off by the slack. */
    boolean isTrusted(List<X509Certificate> chain, AuthorityRoots roots, Instant now) {
        X509Certificate leaf = chain.getFirst();
        Instant when = now;
        if (when.isBefore(leaf.getNotBefore().toInstant())) {
            when = leaf.getNotBefore().toInstant();
        }
        if (when.isAfter(leaf.getNotAfter().toInstant())) {
            when = leaf.getNotAfter().toInstant();
        }
        try {
            return roots.trusted()
                    .identify(chain.toArray(X509Certificate[]::new), when)
                    .equals(expected);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void checkName(X509Certificate leaf) throws IOException {
        PeerIdentity claimed;
        try {
            claimed = PeerIdentity.claimedBy(leaf);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the certificate is not for " + expected + ": " + e.getMessage(), e);
        }
        if (!claimed.equals(expected)) {
            throw new IOException("the certificate is for " + claimed + ", not " + expected);
        }
    }

    private static void checkTimes(X509Certificate leaf, Instant now) throws IOException {
        Instant begin = leaf.getNotBefore().toInstant();
        Instant end = leaf.getNotAfter().toInstant();
        if (begin.isAfter(now.plus(CertificateTimes.CLOCK_SLACK))) {
            throw new IOException("the certificate begins only at " + begin);
        }
        if (end.isBefore(now.plus(CertificateTimes.CLOCK_SLACK))) {
            throw new IOException("the certificate has expired at " + end + ", or is about to");
        }
    }

    private void checkUse(X509Certificate leaf) throws IOException {
        List<String> purposes;
        try {
            purposes = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new IOException("the purposes of the certificate cannot be read", e);
        }
        if (purposes == null || !purposes.contains(CALLS)) {
            throw new IOException("with the certificate nobody can be called");
        }
        // A volume calls storage pods, and nobody calls it.
        boolean serves = !(expected instanceof PeerIdentity.Volume);
        if (serves && !purposes.contains(SERVES)) {
            throw new IOException("the certificate is not for both ends of a connection");
        }
        boolean[] usage = leaf.getKeyUsage();
        boolean signs = leaf.getBasicConstraints() >= 0 && usage != null && usage[KEY_CERT_SIGN];
        if (!signs && !(expected instanceof PeerIdentity.Vnet)) {
            throw new IOException(
                    "with the certificate " + expected + " cannot sign for its leases");
        }
    }
}
