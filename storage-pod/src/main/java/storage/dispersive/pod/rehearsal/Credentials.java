package storage.dispersive.pod.rehearsal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.TlsIdentity;

/** An authority of one hour, and the files that a pod of it needs. */
final class Credentials {

    private static final Duration VALIDITY = Duration.ofHours(1);

    private final CertificateAuthority authority =
            CertificateAuthority.create("rehearsal", VALIDITY, Clock.systemUTC());
    private final Path directory;

    Credentials(Path directory, String podName) throws IOException {
        this.directory = directory;
        IssuedIdentity pod =
                authority.issuePod(
                        podName, List.of(InetAddress.getLoopbackAddress()), List.of(), VALIDITY);
        Files.writeString(authorityFile(), authority.certificatePem());
        Files.writeString(certificateFile(), pod.certificatePem());
        Files.createFile(
                keyFile(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile(), pod.privateKeyPem());
    }

    Path certificateFile() {
        return directory.resolve("pod.pem");
    }

    Path keyFile() {
        return directory.resolve("pod.key");
    }

    Path authorityFile() {
        return directory.resolve("authority.pem");
    }

    TlsIdentity ofVolume(VolumeId volume) throws IOException {
        IssuedIdentity issued = authority.issueVolume(volume, VALIDITY);
        return TlsIdentity.of(
                issued.certificatePem().getBytes(StandardCharsets.US_ASCII),
                issued.privateKeyPem().getBytes(StandardCharsets.US_ASCII),
                authority.certificatePem().getBytes(StandardCharsets.US_ASCII));
    }
}
