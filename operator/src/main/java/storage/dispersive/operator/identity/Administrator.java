package storage.dispersive.operator.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.transport.TlsIdentity;

/**
 * The operator itself, as storage pods know it. Its certificate is made here, for an hour, and made
 * anew before that is over or when the authority has changed. For any thread.
 */
public final class Administrator implements Supplier<TlsIdentity> {

    private static final Duration VALIDITY = Duration.ofHours(1);
    private static final Duration RENEWED_AFTER = Duration.ofMinutes(30);

    private final ClusterAuthority authority;
    private final Clock clock;
    private @Nullable Current current;

    private record Current(String signer, String trusted, Instant since, TlsIdentity identity) {}

    public Administrator(ClusterAuthority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /**
     * Who it is now.
     *
     * @throws IllegalStateException if there is no authority; the message says what to do
     */
    @Override
    public synchronized TlsIdentity get() {
        try {
            CertificateAuthority signing = authority.signing();
            String trusted = authority.trusted();
            Instant now = clock.instant();
            if (current == null
                    || !current.signer().equals(signing.certificatePem())
                    || !current.trusted().equals(trusted)
                    || now.isAfter(current.since().plus(RENEWED_AFTER))) {
                current =
                        new Current(signing.certificatePem(), trusted, now, make(signing, trusted));
            }
            return current.identity();
        } catch (UnusableAuthorityException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static TlsIdentity make(CertificateAuthority signing, String trusted) {
        IssuedIdentity issued = signing.issueAdmin(VALIDITY);
        try {
            return TlsIdentity.of(
                    issued.certificatePem().getBytes(StandardCharsets.US_ASCII),
                    issued.privateKeyPem().getBytes(StandardCharsets.US_ASCII),
                    trusted.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("what was made just now cannot be read", e);
        }
    }
}
