package storage.dispersive.identity;

/**
 * A certificate and its private key.
 *
 * @param certificatePem the certificate, then those between it and the authority, if any
 * @param privateKeyPem PKCS#8, not encrypted: whoever writes it to a file makes that 0600 first
 */
public record IssuedIdentity(String certificatePem, String privateKeyPem) {

    /** Without the key. */
    @Override
    public String toString() {
        return "IssuedIdentity[" + certificatePem + "]";
    }
}
