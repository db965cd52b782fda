package storage.dispersive.transport;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.Lease;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodName;

/**
 * Who a certificate says that its owner is: the one URI of ours among its subject's alternative
 * names. Whether that may be believed is for {@link TrustedRoots} to say. Immutable.
 */
public sealed interface PeerIdentity {

    String SCHEME = "dispersive://";

    /** The URI, in its only spelling. */
    String uri();

    /** Who has to sign a certificate for it; empty: a root, and nobody else. */
    default Optional<PeerIdentity> issuer() {
        return Optional.empty();
    }

    /** May write and read one volume, and lease connections for it. */
    record Volume(VolumeId volume) implements PeerIdentity {
        @Override
        public String uri() {
            return SCHEME + "volume/" + volume;
        }

        @Override
        public String toString() {
            return "volume " + volume;
        }
    }

    /** A storage pod, at its ordinary door; signs what it leases. */
    record Pod(PodName name) implements PeerIdentity {
        @Override
        public String uri() {
            return SCHEME + "pod/" + name;
        }

        @Override
        public String toString() {
            return "pod " + name;
        }
    }

    /** Founds, forgets and describes any volume. */
    record Admin() implements PeerIdentity {
        @Override
        public String uri() {
            return SCHEME + "admin";
        }

        @Override
        public String toString() {
            return "an administrator";
        }
    }

    /** Who makes virtual network machines on a host. */
    record Vnet(String host) implements PeerIdentity {
        public Vnet {
            if (!PodName.isNamedLikeAHost(host)) {
                throw new IllegalArgumentException("a host cannot be called this");
            }
        }

        @Override
        public String uri() {
            return SCHEME + "vnet/" + host;
        }

        @Override
        public String toString() {
            return "the virtual network of " + host;
        }
    }

    /** Who writes or reads one volume, over the one connection that a lease is for. */
    record LeasedVolume(Lease lease) implements PeerIdentity {
        @Override
        public String uri() {
            return new Volume(lease.volume()).uri()
                    + "/lease/"
                    + lease.id()
                    + "/"
                    + lease.slot()
                    + "/"
                    + lease.kind().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public Optional<PeerIdentity> issuer() {
            return Optional.of(new Volume(lease.volume()));
        }

        @Override
        public String toString() {
            return lease.toString();
        }
    }

    /** A storage pod, at the one connection that a lease is for. */
    record LeasedPod(PodName name, LeaseId lease) implements PeerIdentity {
        @Override
        public String uri() {
            return new Pod(name).uri() + "/lease/" + lease;
        }

        @Override
        public Optional<PeerIdentity> issuer() {
            return Optional.of(new Pod(name));
        }

        @Override
        public String toString() {
            return "pod " + name + " under lease " + lease;
        }
    }

    /**
     * What a certificate says, whoever signed it.
     *
     * @throws IllegalArgumentException if it says nothing, or several things, or something unknown
     */
    static PeerIdentity claimedBy(X509Certificate certificate) {
        List<String> uris = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                int uriName = 6; // RFC 5280, GeneralName, uniformResourceIdentifier
                for (List<?> name : names) {
                    if (name.get(0).equals(uriName)
                            && name.get(1) instanceof String uri
                            && uri.startsWith(SCHEME)) {
                        uris.add(uri);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the certificate's names cannot be read", e);
        }
        if (uris.size() != 1) {
            throw new IllegalArgumentException(
                    "the certificate names " + uris.size() + " identities instead of one");
        }
        PeerIdentity claimed = read(uris.getFirst().substring(SCHEME.length()).split("/", -1));
        if (!claimed.uri().equals(uris.getFirst())) {
            throw new IllegalArgumentException("the certificate's identity is not spelled so");
        }
        return claimed;
    }

    /** Leaves to the caller to compare the spelling, and with it what follows. */
    private static PeerIdentity read(String[] parts) {
        String kind = parts[0];
        if (kind.equals("admin")) {
            return new Admin();
        }
        if (kind.equals("vnet") && parts.length == 2) {
            return new Vnet(parts[1]);
        }
        if (kind.equals("volume") && parts.length == 2) {
            return new Volume(VolumeId.parse(parts[1]));
        }
        if (kind.equals("volume") && parts.length == 6) {
            SessionKind session = SessionKind.valueOf(parts[5].toUpperCase(Locale.ROOT));
            LeaseId id = LeaseId.parse(parts[3]);
            int slot = Integer.parseInt(parts[4]);
            return new LeasedVolume(new Lease(id, VolumeId.parse(parts[1]), slot, session));
        }
        if (kind.equals("pod") && parts.length == 2) {
            return new Pod(new PodName(parts[1]));
        }
        if (kind.equals("pod") && parts.length == 4) {
            return new LeasedPod(new PodName(parts[1]), LeaseId.parse(parts[3]));
        }
        throw new IllegalArgumentException("the certificate is for something unknown");
    }
}
