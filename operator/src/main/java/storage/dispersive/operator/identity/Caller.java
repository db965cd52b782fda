package storage.dispersive.operator.identity;

import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import storage.dispersive.identity.CertificateAuthority;
import storage.dispersive.transport.PeerIdentity;
import storage.dispersive.wire.PodName;

/**
 * Who asks, according to the API server, from the token alone.
 *
 * @param kind which of the two containers
 * @param pod the Kubernetes pod that the token is bound to
 * @param uid that pod's
 * @param account the service account
 */
record Caller(Kind kind, String namespace, String pod, String uid, String account) {

    /** A container of a storage pod. */
    enum Kind {
        POD("pod.dispersive.storage"),
        VNET("vnet.dispersive.storage");

        private final String audience;

        Kind(String audience) {
            this.audience = audience;
        }

        /** What its token is for. */
        String audience() {
            return audience;
        }
    }

    /**
     * The name in its certificate.
     *
     * @throws IllegalArgumentException if it is too long
     */
    String name() {
        return new PodName(pod + "." + namespace).value();
    }

    PeerIdentity identity() {
        return switch (kind) {
            case POD -> new PeerIdentity.Pod(new PodName(name()));
            case VNET -> new PeerIdentity.Vnet(name());
        };
    }

    /** Names of hosts are not in it: whoever calls a pod looks at who it is, not where. */
    String certify(CertificateAuthority authority, PublicKey key, Duration life) {
        return switch (kind) {
            case POD -> authority.certifyPod(key, name(), List.of(), List.of(), life);
            case VNET -> authority.certifyVnet(key, name(), life);
        };
    }

    /** For people. */
    String place() {
        return "the pod " + namespace + "/" + pod;
    }
}
