package storage.dispersive.enrolment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.transport.TlsIdentity;

/**
 * Who a process is, and whom it trusts, from some moment on. Immutable.
 *
 * @param own its certificate and key
 * @param authorityPem the certificates of those that it trusts
 */
public record Credentials(IssuedIdentity own, String authorityPem) {

    /** The same for TLS; takes a millisecond. */
    public TlsIdentity tls() {
        try {
            return TlsIdentity.of(
                    ascii(own.certificatePem()), ascii(own.privateKeyPem()), ascii(authorityPem));
        } catch (IOException e) {
            throw new IllegalStateException("credentials that were not checked", e);
        }
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
