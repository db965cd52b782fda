package storage.dispersive.engine.description;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import storage.dispersive.durable.FileFailure;
import storage.dispersive.enrolment.Credentials;
import storage.dispersive.identity.IssuedIdentity;
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

    /**
     * What the files say now, of which TLS connections can be made.
     *
     * @throws DescriptionException naming what is wrong with which file
     */
    public Credentials credentials() {
        Credentials read =
                new Credentials(new IssuedIdentity(text(certificate), text(key)), text(authority));
        try {
            TlsIdentity _ = TlsIdentity.load(certificate, key, authority);
            return read;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** As {@link #credentials}, of which identities of leases can be made. */
    Credentials issuing() {
        Credentials read = credentials();
        try {
            LeaseIssuer _ = LeaseIssuer.load(certificate, key, authority);
            return read;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new DescriptionException(
                    file + " cannot be read: " + FileFailure.reason(e),
                    "name a directory with tls.crt, tls.key and ca.crt that this user may read",
                    e);
        }
    }

    private DescriptionException unusable(IOException why) {
        String message = String.valueOf(why.getMessage());
        return new DescriptionException(
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
