package storage.dispersive.identity;

import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import storage.dispersive.identity.IssuingKey.Role;
import storage.dispersive.identity.IssuingKey.Subject;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.PodName;

/**
 * The authority of one storage area network. Who somebody is stands in one URI among the subject's
 * alternative names:
 *
 * <pre>
 *   dispersive://pod/NAME      may serve as that pod, and call other pods
 *   dispersive://volume/UUID   may write and read that volume
 *   dispersive://admin         may found, forget and describe any volume
 *   dispersive://vnet/NAME     makes virtual network machines on that host
 * </pre>
 *
 * The certificates of pods and volumes are small authorities, too: {@link LeaseAuthority}.
 *
 * <p>Safe for use by many threads. The key stays in memory; writing it down, to a file of mode
 * 0600, is the caller's.
 */
public final class CertificateAuthority {

    private static final KeyPurposeId CALLS = KeyPurposeId.id_kp_clientAuth;
    private static final KeyPurposeId SERVES = KeyPurposeId.id_kp_serverAuth;

    private final IssuingKey root;

    private CertificateAuthority(IssuingKey root) {
        this.root = root;
    }

    /** Makes an authority that signs itself. {@code name} is for people. */
    public static CertificateAuthority create(String name, Duration validity, Clock clock) {
        return new CertificateAuthority(IssuingKey.root(name, validity, clock));
    }

    /**
     * An authority that was made before.
     *
     * @throws IllegalArgumentException if this is not an authority's certificate and its key
     */
    public static CertificateAuthority load(IssuedIdentity authority, Clock clock) {
        return new CertificateAuthority(IssuingKey.load(authority, clock));
    }

    /** The authority's own certificate, which everybody trusts, and its key, which nobody sees. */
    public IssuedIdentity authority() {
        return root.identity();
    }

    /** The authority's certificate, to be given to everybody. */
    public String certificatePem() {
        return root.certificatePem();
    }

    /** For a storage pod, which also calls other pods to rebuild, and signs its leases. */
    public IssuedIdentity issuePod(
            String podName, List<InetAddress> addresses, List<String> dnsNames, Duration validity) {
        return root.issue(pod(podName, addresses, dnsNames), validity);
    }

    /**
     * The same for a key that the pod made itself and shows to nobody: its certificate in PEM.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-256
     */
    public String certifyPod(
            PublicKey key,
            String podName,
            List<InetAddress> addresses,
            List<String> dnsNames,
            Duration validity) {
        return certify(pod(podName, addresses, dnsNames), key, validity);
    }

    private static Subject pod(String podName, List<InetAddress> addresses, List<String> dnsNames) {
        List<GeneralName> others = new ArrayList<>();
        addresses.forEach(
                ip -> others.add(new GeneralName(GeneralName.iPAddress, ip.getHostAddress())));
        dnsNames.forEach(dns -> others.add(new GeneralName(GeneralName.dNSName, dns)));
        return new Subject(
                "pod " + podName,
                new PeerIdentity.Pod(new PodName(podName)),
                others,
                List.of(SERVES, CALLS),
                Role.SMALL_AUTHORITY);
    }

    /** For whoever attaches a volume, and signs its leases. */
    public IssuedIdentity issueVolume(VolumeId volume, Duration validity) {
        return root.issue(volume(volume), validity);
    }

    /**
     * The same for a key that this process made itself and shows to nobody: its certificate in PEM.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-256
     */
    public String certifyVolume(PublicKey key, VolumeId volume, Duration validity) {
        return certify(volume(volume), key, validity);
    }

    private static Subject volume(VolumeId volume) {
        return new Subject(
                "volume " + volume,
                new PeerIdentity.Volume(volume),
                List.of(),
                List.of(CALLS),
                Role.SMALL_AUTHORITY);
    }

    /** For whoever creates and deletes volumes. */
    public IssuedIdentity issueAdmin(Duration validity) {
        return root.issue(
                new Subject("admin", new PeerIdentity.Admin(), List.of(), List.of(CALLS), Role.END),
                validity);
    }

    /** For a server of these host names that is none of the above. */
    public IssuedIdentity issueServer(List<String> dnsNames, Duration validity) {
        return root.issue(
                new Subject(
                        dnsNames.getFirst(),
                        null,
                        dnsNames.stream()
                                .map(dns -> new GeneralName(GeneralName.dNSName, dns))
                                .toList(),
                        List.of(SERVES),
                        Role.END),
                validity);
    }

    /** For the process that makes virtual network machines on a host; these call each other. */
    public IssuedIdentity issueVnet(String hostName, Duration validity) {
        return root.issue(vnet(hostName), validity);
    }

    /**
     * The same for a key that this process made itself and shows to nobody: its certificate in PEM.
     *
     * @throws IllegalArgumentException if the key is not on the curve P-256
     */
    public String certifyVnet(PublicKey key, String hostName, Duration validity) {
        return certify(vnet(hostName), key, validity);
    }

    private static Subject vnet(String hostName) {
        return new Subject(
                "vnet " + hostName,
                new PeerIdentity.Vnet(hostName),
                List.of(),
                List.of(SERVES, CALLS),
                Role.END);
    }

    private String certify(Subject subject, PublicKey key, Duration validity) {
        if (!IssuingKey.isOnOurCurve(key)) {
            throw new IllegalArgumentException("the key is not an EC key on the curve P-256");
        }
        return Pem.write(root.certify(subject, key, validity));
    }
}
