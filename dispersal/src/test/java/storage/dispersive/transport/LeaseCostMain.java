package storage.dispersive.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.identity.LeaseAuthority;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * Measures what a lease costs an end of it: time to issue its certificate, time to make a TLS
 * context of that, and resident memory for the code that does it and for each lease in use. Means
 * something with a pod's flags only ({@code -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx48m}).
 */
public final class LeaseCostMain {

    private static final int ROUNDS = 6;
    private static final int LEASES = 100;

    private LeaseCostMain() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        if (Files.notExists(directory)) {
            make(directory);
        } else {
            measure(directory);
        }
    }

    /** In a process of its own, so that the other has not issued anything before. */
    private static void make(Path directory) throws IOException {
        CertificateAuthority root =
                CertificateAuthority.create("cost", Network.YEAR, Clock.systemUTC());
        IssuedIdentity pod = root.issuePod(Network.POD.value(), List.of(), List.of(), Network.YEAR);
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("root.pem"), root.certificatePem());
        Files.writeString(directory.resolve("pod.pem"), pod.certificatePem());
        Files.writeString(directory.resolve("pod.key"), pod.privateKeyPem());
    }

    private static void measure(Path directory) throws IOException {
        byte[] authority = Files.readAllBytes(directory.resolve("root.pem"));
        IssuedIdentity pod =
                new IssuedIdentity(
                        Files.readString(directory.resolve("pod.pem")),
                        Files.readString(directory.resolve("pod.key")));
        SecureRandom random = new SecureRandom();
        List<TlsIdentity> held = new ArrayList<>();
        held.add(identity(pod, authority));
        System.out.println(TlsIdentity.backend());
        long before = residentKib();
        LeaseAuthority leases = LeaseAuthority.load(pod, Clock.systemUTC());
        long start = System.nanoTime();
        identity(leases.issue(lease(random)), authority);
        System.out.printf(
                "first lease %.0f ms, resident %d -> %d KiB%n",
                (System.nanoTime() - start) / 1e6, before, residentKib());
        for (int round = 0; round < ROUNDS; round++) {
            long resident = residentKib();
            List<IssuedIdentity> issued = new ArrayList<>();
            long issuing = System.nanoTime();
            for (int i = 0; i < LEASES; i++) {
                issued.add(leases.issue(lease(random)));
            }
            long loading = System.nanoTime();
            for (IssuedIdentity one : issued) {
                held.add(identity(one, authority));
            }
            long end = System.nanoTime();
            issued.clear();
            System.out.printf(
                    "issue %.2f ms, context %.2f ms, resident %.1f KiB a lease (%d KiB)%n",
                    (loading - issuing) / 1e6 / LEASES,
                    (end - loading) / 1e6 / LEASES,
                    (residentKib() - resident) / (double) LEASES,
                    residentKib());
        }
        System.out.println(held.size() + " leases held");
    }

    private static Lease lease(SecureRandom random) {
        return new Lease(LeaseId.random(random), Network.VOLUME, 3, SessionKind.WRITE);
    }

    private static TlsIdentity identity(IssuedIdentity issued, byte[] authority)
            throws IOException {
        return TlsIdentity.of(
                Network.bytes(issued.certificatePem()),
                Network.bytes(issued.privateKeyPem()),
                authority);
    }

    /** After a collection; proc(5), VmRSS. */
    private static long residentKib() throws IOException {
        System.gc();
        String status = Files.readString(Path.of("/proc/self/status"));
        return Long.parseLong(status.replaceFirst("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1"));
    }
}
