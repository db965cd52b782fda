package storage.dispersive.enrolment;

import java.net.URI;
import java.nio.file.Path;
import storage.dispersive.transport.PeerIdentity;

/**
 * What is asked for again and again. Immutable.
 *
 * @param tokenFile what shows the service who asks; read anew for each question
 * @param expected what the certificate has to be for
 */
record Errand(URI resource, Path tokenFile, PeerIdentity expected) {}
