package storage.dispersive.enrolment;

import java.net.URI;
import java.nio.file.Path;

/**
 * Where a process that serves volumes gets their identities. Immutable.
 *
 * @param endpoint the identity service, without the path of the protocol; https
 * @param tokenFile what shows the service who asks; read anew for each question
 * @param authorityFile the certificates of the authorities that are trusted, PEM; looked at again
 *     and again
 */
public record VolumeEnrolmentSettings(URI endpoint, Path tokenFile, Path authorityFile) {

    public VolumeEnrolmentSettings {
        ServiceEndpoint _ = new ServiceEndpoint(endpoint);
    }

    URI resource(VolumeName volume) {
        return new ServiceEndpoint(endpoint).volume(volume);
    }
}
