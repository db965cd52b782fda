package storage.dispersive.operator.identity;

import storage.dispersive.wire.PodName;

/**
 * Who asks, according to the API server, from the token alone.
 *
 * @param kind which container
 * @param pod the Kubernetes pod that the token is bound to
 * @param uid that pod's
 * @param account the service account
 */
record Caller(Kind kind, String namespace, String pod, String uid, String account) {

    /** A container that has an identity, or gets those of others. */
    enum Kind {
        /** What keeps portions, in a storage pod. */
        POD("pod.dispersive.storage"),
        /** The sidecar of a storage pod, or of a node. */
        VNET("vnet.dispersive.storage"),
        /** What serves the volumes that are attached to a node. */
        ENGINE("engine.dispersive.storage");

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
     * What it is called in certificates.
     *
     * @throws IllegalArgumentException if that is too long
     */
    PodName name() {
        return new PodName(pod + "." + namespace);
    }

    /** For people. */
    String place() {
        return "the pod " + namespace + "/" + pod;
    }
}
