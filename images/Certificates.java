import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;

/**
 * Makes an authority of one hour in the directory that is named, and from it the identities of a
 * pod {@code pod-0} and of its sidecar: {@code ca.crt}, {@code pod.crt} and so on. For tests.
 */
final class Certificates {

    private static final Duration VALIDITY = Duration.ofHours(1);

    private Certificates() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        CertificateAuthority authority =
                CertificateAuthority.create("images/test", VALIDITY, Clock.systemUTC());
        Files.writeString(directory.resolve("ca.crt"), authority.certificatePem());
        List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());
        write(directory, "pod", authority.issuePod("pod-0", addresses, List.of(), VALIDITY));
        write(directory, "vnet", authority.issueVnet("pod-0", VALIDITY));
    }

    private static void write(Path directory, String name, IssuedIdentity identity)
            throws IOException {
        Files.writeString(directory.resolve(name + ".crt"), identity.certificatePem());
        Files.writeString(directory.resolve(name + ".key"), identity.privateKeyPem());
    }
}
