package storage.dispersive.identity;

import java.time.Duration;

/**
 * For how long certificates are good. Apart from those who make them, so that whoever needs to know
 * need not have the library that does.
 */
public final class CertificateTimes {

    /** Clocks of those who verify may differ from the issuer's by this much. */
    public static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

    /** From lease to handshake: machines are made, and packets that were lost are sent again. */
    private static final Duration PROMPTNESS = Duration.ofMinutes(2);

    /**
     * A certificate of a lease is looked at once, when the connection is made, by a clock that may
     * be ahead of the issuer's. Connections live on when it has expired.
     */
    static final Duration OF_LEASE = CLOCK_SLACK.plus(PROMPTNESS);

    /**
     * How long after its making somebody may still take a certificate of a lease, whose clock is
     * behind the maker's.
     */
    public static final Duration LONGEST_USE_OF_LEASE = OF_LEASE.plus(CLOCK_SLACK);

    private CertificateTimes() {}
}
