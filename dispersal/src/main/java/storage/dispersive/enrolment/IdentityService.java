package storage.dispersive.enrolment;

import java.io.IOException;
import java.net.URI;

/** Says who the owner of a token is, in a certificate for the owner's key. */
public interface IdentityService {

    /**
     * Asks once, and waits for the answer, for a bounded time.
     *
     * @return a chain of certificates, which nobody has looked at
     * @throws IdentityRefusedException if the service says no, or not now
     * @throws IOException if there is no answer, or one that cannot be; the message says why
     */
    String certify(Question question) throws IOException, InterruptedException;

    /**
     * What is asked.
     *
     * @param token who asks; a secret
     * @param publicKeyPem whose owner wants to be certified
     * @param authorityPem who must have signed the service's own certificate
     */
    record Question(URI resource, String token, String publicKeyPem, String authorityPem) {

        /** Without the token. */
        @Override
        public String toString() {
            return "Question[" + resource + "]";
        }
    }
}
