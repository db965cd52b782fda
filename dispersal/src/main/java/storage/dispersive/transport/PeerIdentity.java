package storage.dispersive.transport;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;

/** Who a certificate says that its owner is: the one URI of ours among its alternative names. */
public sealed interface PeerIdentity {

    String SCHEME = "dispersive://";
    int URI_NAME = 6; // RFC 5280, GeneralName, uniformResourceIdentifier

    record Volume(VolumeId volume) implements PeerIdentity {
        @Override
        public String toString() {
            return "volume " + volume;
        }
    }

    record Pod(PodName name) implements PeerIdentity {
        @Override
        public String toString() {
            return "pod " + name;
        }
    }

    record Vnet(String name) implements PeerIdentity {
        @Override
        public String toString() {
            return "sidecar " + name;
        }
    }

    record Admin() implements PeerIdentity {
        @Override
        public String toString() {
            return "an administrator";
        }
    }

    /**
     * Reads the first certificate of a chain that TLS has verified.
     *
     * @throws IllegalArgumentException if it says nothing, or several things, or something unknown
     */
    static PeerIdentity of(Certificate[] chain) {
        if (chain.length == 0 || !(chain[0] instanceof X509Certificate certificate)) {
            throw new IllegalArgumentException("there is no certificate");
        }
        List<String> uris = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(URI_NAME)
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
        return parse(uris.getFirst().substring(SCHEME.length()));
    }

    private static PeerIdentity parse(String path) {
        if (path.equals("admin")) {
            return new Admin();
        }
        if (path.startsWith("volume/")) {
            String id = path.substring("volume/".length());
            VolumeId volume = VolumeId.parse(id);
            if (!volume.toString().equals(id)) {
                throw new IllegalArgumentException("the certificate's volume is not spelled so");
            }
            return new Volume(volume);
        }
        if (path.startsWith("vnet/")) {
            return new Vnet(path.substring("vnet/".length()));
        }
        if (path.startsWith("pod/")) {
            return new Pod(new PodName(path.substring("pod/".length())));
        }
        throw new IllegalArgumentException("the certificate is for something unknown");
    }
}
