package storage.dispersive.operator.founding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.transport.TlsIdentity;

/** Certificates of one authority, as TLS takes them. */
final class Identities {

    private Identities() {}

    static TlsIdentity admin(CertificateAuthority authority) {
        return of(authority, authority.issueAdmin(Duration.ofDays(1)));
    }

    static TlsIdentity of(CertificateAuthority authority, IssuedIdentity issued) {
        try {
            return TlsIdentity.of(
                    ascii(issued.certificatePem()),
                    ascii(issued.privateKeyPem()),
                    ascii(authority.certificatePem()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
