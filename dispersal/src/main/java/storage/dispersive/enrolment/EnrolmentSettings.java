package storage.dispersive.enrolment;

import java.net.URI;
import java.nio.file.Path;
import storage.dispersive.transport.PeerIdentity;

/**
 * Where a process gets its identity, and where it keeps it. Immutable.
 *
 * @param endpoint the identity service, without the path of the protocol; https
 * @param tokenFile what shows the service who asks; read anew for each question
 * @param authorityFile the certificates of the authorities that are trusted, PEM; looked at again
 *     and again
 * @param directory where key and certificate are kept; made if it is absent
 * @param expected who the process is; the service must say the same
 */
public record EnrolmentSettings(
        URI endpoint, Path tokenFile, Path authorityFile, Path directory, PeerIdentity expected) {

    /** What an endpoint has to look like, for people. */
    public static final String ENDPOINT_FORM =
            "an https URI without user, query and fragment, such as https://identity.example:8443";

    private static final String PATH = "/v1/identity";

    public EnrolmentSettings {
        if (!isEndpoint(endpoint)) {
            throw new IllegalArgumentException("the endpoint is not " + ENDPOINT_FORM);
        }
        if (!(expected instanceof PeerIdentity.Pod || expected instanceof PeerIdentity.Vnet)) {
            throw new IllegalArgumentException("nobody enrols as " + expected);
        }
    }

    /**
     * Reads an endpoint.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    public static URI endpoint(String text) {
        URI read = URI.create(text);
        if (!isEndpoint(read)) {
            throw new IllegalArgumentException("'" + text + "' is not " + ENDPOINT_FORM);
        }
        return read;
    }

    private static boolean isEndpoint(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    /** What is asked. */
    URI resource() {
        String base = endpoint.toString();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + PATH);
    }
}
