package storage.dispersive.cli.description;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import storage.dispersive.cli.state.FileFailure;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.client.LeaseIssuer;

/** Who uses a volume, as three files in PEM. */
public record IdentityFiles(Path certificate, Path key, Path authority) {

    /** A directory as Kubernetes mounts a Secret of type {@code kubernetes.io/tls}. */
    public static IdentityFiles in(Path directory) {
        return new IdentityFiles(
                directory.resolve("tls.crt"),
                directory.resolve("tls.key"),
                directory.resolve("ca.crt"));
    }

    TlsIdentity ofVolume() {
        checkReadable();
        try {
            return TlsIdentity.load(certificate, key, authority);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    LeaseIssuer issuer() {
        // Also says what is wrong with files of which no lease is issued yet.
        TlsIdentity _ = ofVolume();
        try {
            return LeaseIssuer.load(certificate, key, authority);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private void checkReadable() {
        for (Path file : new Path[] {certificate, key, authority}) {
            try {
                byte[] _ = Files.readAllBytes(file);
            } catch (IOException e) {
                throw SanException.usage(
                        file + " cannot be read: " + FileFailure.reason(e),
                        "name a directory with tls.crt, tls.key and ca.crt that this user may read",
                        e);
            }
        }
    }

    private SanException unusable(IOException why) {
        String message = String.valueOf(why.getMessage());
        return SanException.usage(
                certificate
                        + ", "
                        + key
                        + " and "
                        + authority
                        + " are no identity: "
                        + message.lines().findFirst().orElse(""),
                "mount the volume's certificate, its own key and the authority that signed it",
                why);
    }
}
