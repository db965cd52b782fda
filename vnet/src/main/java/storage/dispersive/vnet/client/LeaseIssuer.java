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

    private volatile Issuing current;

    private record Issuing(LeaseAuthority authority, String rootsPem) {}

    private LeaseIssuer(Issuing first) {
        this.current = first;
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
        return new LeaseIssuer(issuing(owner, rootsPem));
    }

    /**
     * From now on leases are issued by another certificate of the same owner, and those trusted
     * whom {@code rootsPem} names. Leases that were issued before stay good.
     */
    public void become(IssuedIdentity owner, String rootsPem) {
        current = issuing(owner, rootsPem);
    }

    TlsIdentity issue(Lease lease) throws IOException {
        Issuing now = current;
        IssuedIdentity leaf = now.authority().issue(lease);
        return TlsIdentity.of(
                ascii(leaf.certificatePem()), ascii(leaf.privateKeyPem()), ascii(now.rootsPem()));
    }

    private static Issuing issuing(IssuedIdentity owner, String rootsPem) {
        return new Issuing(LeaseAuthority.load(owner, Clock.systemUTC()), rootsPem);
    }

    private static byte[] ascii(String pem) {
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
