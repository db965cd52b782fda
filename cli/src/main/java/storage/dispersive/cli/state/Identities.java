package storage.dispersive.cli.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import storage.dispersive.durable.DurableFile;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.vnet.client.LeaseIssuer;

/**
 * The certificates of a local SAN: one authority, and from it one identity per pod, per volume and
 * for who creates and deletes volumes. All lie in one directory, keys readable by their owner
 * alone.
 */
public final class Identities {

    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final String AUTHORITY = "ca";
    private static final String ADMIN = "admin";

    private final Path directory;
    private final Clock clock;

    public Identities(SanHome home, Clock clock) {
        this.directory = home.identities();
        this.clock = clock;
    }

    /** Makes the authority, unless it is there. */
    public void createAuthority() {
        if (!Files.exists(key(AUTHORITY))) {
            CertificateAuthority made =
                    CertificateAuthority.create("Dispersive local SAN", VALIDITY, clock);
            write(AUTHORITY, made.authority());
            write(ADMIN, made.issueAdmin(VALIDITY));
        }
    }

    /** A pod's certificate names the one address that it is called at. */
    public void issuePod(PodRecord pod) {
        if (!Files.exists(key(pod.name()))) {
            List<InetAddress> addresses = List.of(addressOf(pod));
            List<String> names =
                    addresses.getFirst().isLoopbackAddress() ? List.of("localhost") : List.of();
            write(pod.name(), authority().issuePod(pod.name(), addresses, names, VALIDITY));
        }
    }

    private static InetAddress addressOf(PodRecord pod) {
        try {
            return InetAddress.getByName(pod.host());
        } catch (UnknownHostException e) {
            throw SanException.failed(
                    pod.name() + " has no valid address: " + pod.host(),
                    "restore the SAN's record; it is written by this program alone",
                    e);
        }
    }

    /** That of a host's sidecar; {@link #vnet} names its files. */
    public void issueVnet(String host) {
        if (!Files.exists(key(vnet(host)))) {
            write(vnet(host), authority().issueVnet(host, VALIDITY));
        }
    }

    /** What the files of a sidecar's identity are called. */
    public static String vnet(String host) {
        return "vnet-" + host;
    }

    public void issueVolume(VolumeId volume) {
        if (!Files.exists(key(nameOf(volume)))) {
            write(nameOf(volume), authority().issueVolume(volume, VALIDITY));
        }
    }

    public void forgetVolume(VolumeId volume) {
        try {
            DurableFile.delete(key(nameOf(volume)));
            DurableFile.delete(certificate(nameOf(volume)));
        } catch (IOException e) {
            throw new UncheckedIOException("the identity of " + volume + " cannot be removed", e);
        }
    }

    public TlsIdentity volume(VolumeId volume) {
        return load(nameOf(volume));
    }

    /** Gives identities of their own to connections of this volume. */
    public LeaseIssuer issuer(VolumeId volume) {
        String name = nameOf(volume);
        try {
            return LeaseIssuer.load(certificate(name), key(name), authorityCertificate());
        } catch (IOException e) {
            throw unusable(name, e);
        }
    }

    public TlsIdentity admin() {
        return load(ADMIN);
    }

    public Path authorityCertificate() {
        return certificate(AUTHORITY);
    }

    public Path certificate(String name) {
        return directory.resolve(name + ".crt");
    }

    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private static String nameOf(VolumeId volume) {
        return "volume-" + volume;
    }

    private TlsIdentity load(String name) {
        try {
            return TlsIdentity.load(certificate(name), key(name), authorityCertificate());
        } catch (IOException e) {
            throw unusable(name, e);
        }
    }

    private SanException unusable(String name, IOException why) {
        return SanException.failed(
                "the identity '" + name + "' cannot be used: " + why.getMessage(),
                "restore " + directory + "; without it no pod lets anybody in",
                why);
    }

    private CertificateAuthority authority() {
        try {
            return CertificateAuthority.load(
                    new IssuedIdentity(
                            Files.readString(certificate(AUTHORITY)),
                            Files.readString(key(AUTHORITY))),
                    clock);
        } catch (IOException | IllegalArgumentException e) {
            throw SanException.failed(
                    "the authority of this SAN cannot be read: " + e.getMessage(),
                    "restore " + directory + ", or begin anew with 'dispersive down --delete-data'",
                    e);
        }
    }

    /** The key comes last: where it is, the certificate is too. */
    private void write(String name, IssuedIdentity identity) {
        try {
            DurableFile.replace(
                    certificate(name),
                    identity.certificatePem().getBytes(StandardCharsets.US_ASCII));
            DurableFile.replace(
                    key(name), identity.privateKeyPem().getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("the identity " + name + " cannot be written", e);
        }
    }
}
