package storage.dispersive.operator.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.transport.TlsIdentity;

/**
 * Who the operator is to storage pods: an administrator, by a certificate that is short-lived and
 * made anew when it is asked for. Connections that are up go on with what they had.
 *
 * <p>Safe for use by many threads.
 */
public final class AdminIdentity implements Supplier<TlsIdentity> {

    private static final Duration LIFE = Duration.ofHours(1);

    private final Authority authority;
    private final Clock clock;
    private @Nullable Current current;

    /** What was made last, of which authority, and until when it is handed out. */
    private record Current(Authority.Trust of, TlsIdentity identity, Instant renewal) {}

    public AdminIdentity(Authority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * The same as {@link #now}.
     *
     * @throws IllegalStateException if there is no authority; the message says what to do
     */
    @Override
    public TlsIdentity get() {
        return now().orElseThrow(() ->
                new IllegalStateException(
                        authority.whyNobodySigns().orElse("the authority has changed")));
    }

    /**
     * For connections that are made now, with those who are trusted now.
     *
     * @return empty if there is no authority, which {@link Authority#whyNobodySigns} explains
     */
    public synchronized Optional<TlsIdentity> now() {
        Optional<Authority.Trust> trust = authority.trust();
        if (trust.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Current held = current;
        if (held == null || !held.of().isSame(trust.get()) || !now.isBefore(held.renewal())) {
            held = make(trust.get(), now);
            current = held;
        }
        return Optional.of(held.identity());
    }

    private static Current make(Authority.Trust trust, Instant now) {
        Duration life = trust.signer().atMost(LIFE, now);
        TlsIdentity identity =
                new Credentials(trust.signer().authority().issueAdmin(life), trust.trustedPem())
                        .tls();
        return new Current(trust, identity, now.plus(life.multipliedBy(2).dividedBy(3)));
    }
}
