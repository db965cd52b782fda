package storage.dispersive.enrolment;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import storage.dispersive.identity.IssuedIdentity;
import storage.dispersive.pem.KeyProof;
import storage.dispersive.pem.Pem;

/**
 * An identity, and which authorities there were when it was issued. Immutable.
 *
 * @param knownRoots their fingerprints; others that appear later are a reason to renew it
 */
record KeptIdentity(IssuedIdentity own, Set<String> knownRoots) {

    /** The certificate, and those between it and its authority. */
    List<X509Certificate> chain() {
        return Pem.readCertificates(own.certificatePem());
    }

    X509Certificate leaf() {
        return chain().getFirst();
    }

    /** Whether the key is that of the certificate. False also if these are something else. */
    boolean isWhole() {
        try {
            X509Certificate leaf = leaf();
            PrivateKey key = Pem.readPrivateKey(own.privateKeyPem(), leaf);
            return KeyProof.belongTogether(leaf, key);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
