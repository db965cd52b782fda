package storage.dispersive.identity;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import storage.dispersive.identity.IssuingKey.Role;
import storage.dispersive.identity.IssuingKey.Subject;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.Lease;

/**
 * Makes the certificates that a volume or a pod shows on the connections that it leases, each for
 * one lease and with a key of its own. So whoever sees a connection's key, or may choose where it
 * goes, has nothing for any other connection.
 *
 * <pre>
 *   dispersive://volume/UUID/lease/HEX/SLOT/write   (or read) calls, under that lease
 *   dispersive://pod/NAME/lease/HEX                 answers, under that lease
 * </pre>
 *
 * Safe for use by many threads.
 */
public final class LeaseAuthority {

    private final IssuingKey issuing;
    private final PeerIdentity owner;

    private LeaseAuthority(IssuingKey issuing, PeerIdentity owner) {
        this.issuing = issuing;
        this.owner = owner;
    }

    /**
     * With the certificate and the key of a volume or a pod.
     *
     * @throws IllegalArgumentException if these are something else, or were issued before such
     *     certificates were authorities
     */
    public static LeaseAuthority load(IssuedIdentity volumeOrPod, Clock clock) {
        IssuingKey issuing = IssuingKey.load(volumeOrPod, clock);
        PeerIdentity owner = PeerIdentity.claimedBy(issuing.certificate());
        if (!(owner instanceof PeerIdentity.Volume || owner instanceof PeerIdentity.Pod)) {
            throw new IllegalArgumentException("the certificate is for " + owner);
        }
        return new LeaseAuthority(issuing, owner);
    }

    /**
     * For one connection, which has to be made within minutes.
     *
     * @throws IllegalArgumentException if the lease is for another volume
     */
    public IssuedIdentity issue(Lease lease) {
        PeerIdentity leased =
                owner instanceof PeerIdentity.Pod(var pod)
                        ? new PeerIdentity.LeasedPod(pod, lease.id())
                        : new PeerIdentity.LeasedVolume(lease);
        if (!leased.issuer().equals(Optional.of(owner))) {
            throw new IllegalArgumentException(owner + " cannot issue " + lease);
        }
        KeyPurposeId purpose =
                owner instanceof PeerIdentity.Pod
                        ? KeyPurposeId.id_kp_serverAuth
                        : KeyPurposeId.id_kp_clientAuth;
        Subject subject =
                new Subject("lease " + lease.id(), leased, List.of(), List.of(purpose), Role.END);
        IssuedIdentity leaf = issuing.issue(subject, CertificateTimes.OF_LEASE);
        return new IssuedIdentity(
                leaf.certificatePem() + issuing.certificatePem(), leaf.privateKeyPem());
    }
}
