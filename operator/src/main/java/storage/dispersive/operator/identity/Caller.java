package storage.dispersive.operator.identity;

/**
 * Who asks for a certificate, as its token and the API server have it.
 *
 * @param name {@code POD.NAMESPACE}, by which others know it
 */
record Caller(Role role, String name) {

    /** What a certificate is for; a token has an audience for each. */
    enum Role {
        STORAGE_POD("pod.dispersive.storage"),
        VNET("vnet.dispersive.storage");

        private final String audience;

        Role(String audience) {
            this.audience = audience;
        }

        String audience() {
            return audience;
        }
    }
}
