package storage.dispersive.operator.identity;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.CertificateTimes;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.Pem;

/**
 * A certificate that everybody trusts, and its key. It need not have signed itself: an intermediate
 * authority is trusted as it is. Immutable, for any thread.
 */
record Root(X509Certificate certificate, CertificateAuthority authority) {

    private static final int KEY_CERT_SIGN = 5;

    static Root create(Duration validity, Clock clock) {
        CertificateAuthority made =
                CertificateAuthority.create("Dispersive authority", validity, clock);
        return of(made);
    }

    private static Root of(CertificateAuthority authority) {
        return new Root(Pem.readCertificate(authority.certificatePem()), authority);
    }

    /**
     * Reads one.
     *
     * @param certificatePem what follows the first certificate means nothing
     * @throws UnusableAuthorityException if it may not sign for pods; the message says why
     */
    static Root read(String certificatePem, String keyPem, Clock clock)
            throws UnusableAuthorityException {
        Root read;
        try {
            read = of(CertificateAuthority.load(new IssuedIdentity(certificatePem, keyPem), clock));
        } catch (IllegalArgumentException e) {
            throw new UnusableAuthorityException(String.valueOf(e.getMessage()));
        }
        check(read.certificate, clock.instant());
        return read;
    }

    private static void check(X509Certificate certificate, Instant now)
            throws UnusableAuthorityException {
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            throw new UnusableAuthorityException("the certificate may not sign certificates");
        }
        if (certificate.getBasicConstraints() < 1) {
            throw new UnusableAuthorityException(
                    "the certificate's path length allows no authorities below it, which the"
                            + " certificates of pods are");
        }
        if (certificate.getSubjectX500Principal().getName().isEmpty()) {
            throw new UnusableAuthorityException("the certificate has no subject");
        }
        if (certificate
                .getNotBefore()
                .toInstant()
                .isAfter(now.plus(CertificateTimes.CLOCK_SLACK))) {
            throw new UnusableAuthorityException(
                    "the certificate begins only at " + certificate.getNotBefore().toInstant());
        }
        if (certificate
                .getNotAfter()
                .toInstant()
                .isBefore(now.plus(CertificateTimes.CLOCK_SLACK))) {
            throw new UnusableAuthorityException(
                    "the certificate has expired at "
                            + certificate.getNotAfter().toInstant()
                            + ", or is about to");
        }
    }

    Instant expiry() {
        return certificate.getNotAfter().toInstant();
    }

    /** When two thirds of its life are over. */
    Instant renewal() {
        Instant begin = certificate.getNotBefore().toInstant();
        return begin.plus(Duration.between(begin, expiry()).multipliedBy(2).dividedBy(3));
    }

    /** How long something may be valid that is signed now: nothing outlives who signed it. */
    Duration atMost(Duration wanted, Instant now) {
        Duration left = Duration.between(now, expiry());
        return wanted.compareTo(left) < 0 ? wanted : left;
    }

    String pem() {
        return Pem.write(certificate);
    }

    boolean isSame(Root other) {
        return certificate.equals(other.certificate);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Root[" + certificate.getSubjectX500Principal() + " until " + expiry() + "]";
    }
}
