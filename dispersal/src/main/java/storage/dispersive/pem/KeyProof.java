package storage.dispersive.pem;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Finds out whether a private key is that of a certificate, by signing something. */
public final class KeyProof {

    private static final String SIGNATURE = "SHA256withECDSA";

    private KeyProof() {}

    /**
     * Whether they belong together.
     *
     * @throws IllegalArgumentException if these are not an EC key and the certificate of one
     */
    public static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            byte[] proof = "dispersive".getBytes(StandardCharsets.US_ASCII);
            Signature signer = Signature.getInstance(SIGNATURE);
            signer.initSign(key);
            signer.update(proof);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(proof);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these are not an EC key and a certificate", e);
        }
    }
}
