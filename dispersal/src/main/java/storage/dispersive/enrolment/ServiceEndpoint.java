package storage.dispersive.enrolment;

import java.net.URI;

/** Where an identity service is, and what can be asked for there. Immutable. */
record ServiceEndpoint(URI uri) {

    /** What one has to look like, for people. */
    static final String FORM =
            "an https URI without user, query and fragment, such as https://identity.example:8443";

    private static final String OWN = "/v1/identity";
    private static final String VOLUME = OWN + "/volume/";

    ServiceEndpoint {
        if (!isOne(uri)) {
            throw new IllegalArgumentException("the endpoint is not " + FORM);
        }
    }

    static boolean isOne(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    /** The identity of whoever asks. */
    URI own() {
        return at(OWN);
    }

    URI volume(VolumeName name) {
        return at(VOLUME + name);
    }

    private URI at(String path) {
        String base = uri.toString();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
}
