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
    public static final String ENDPOINT_FORM = ServiceEndpoint.FORM;

    public EnrolmentSettings {
        ServiceEndpoint _ = new ServiceEndpoint(endpoint);
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
        if (!ServiceEndpoint.isOne(read)) {
            throw new IllegalArgumentException("'" + text + "' is not " + ENDPOINT_FORM);
        }
        return read;
    }

    /** What is asked. */
    URI resource() {
        return new ServiceEndpoint(endpoint).own();
    }

    Errand errand() {
        return new Errand(resource(), tokenFile, expected);
    }
}
