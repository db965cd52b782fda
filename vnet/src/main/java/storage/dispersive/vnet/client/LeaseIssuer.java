package storage.dispersive.vnet.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.wire.Lease;

/**
 * Gives each lease an identity of its own, made from that of a volume or a pod. No sidecar ever
 * sees a key. Safe for use by many threads; takes some milliseconds.
 */
public final class LeaseIssuer {

    private final LeaseAuthority authority;
    private final byte[] roots;

    private LeaseIssuer(LeaseAuthority authority, byte[] roots) {
        this.authority = authority;
        this.roots = roots;
    }

    /**
     * Reads PEM files.
     *
     * @throws IOException if one cannot be read, or they cannot issue; the message says which
     */
    public static LeaseIssuer load(Path certificate, Path key, Path roots) throws IOException {
        IssuedIdentity owner =
                new IssuedIdentity(Files.readString(certificate), Files.readString(key));
        try {
            return of(owner, Files.readString(roots));
        } catch (IllegalArgumentException e) {
            throw new IOException(certificate + " cannot issue leases: " + e.getMessage(), e);
        }
    }

    /** The same from memory. */
    public static LeaseIssuer of(IssuedIdentity owner, String rootsPem) {
        return new LeaseIssuer(LeaseAuthority.load(owner, Clock.systemUTC()), ascii(rootsPem));
    }

    TlsIdentity issue(Lease lease) throws IOException {
        IssuedIdentity leaf = authority.issue(lease);
        return TlsIdentity.of(ascii(leaf.certificatePem()), ascii(leaf.privateKeyPem()), roots);
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
