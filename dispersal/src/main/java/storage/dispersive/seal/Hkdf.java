package storage.dispersive.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA256 (RFC 5869), extract and expand. Stateless. */
final class Hkdf {

    /** All derivations of this format say so, that a later format's keys are unrelated. */
    private static final String CONTEXT = "dispersive.storage/v1 ";

    private Hkdf() {}

    /**
     * {@code bytes} bytes for {@code purpose}, from {@code key} and a salt that need not be secret.
     */
    static byte[] derive(SecretKey key, byte[] salt, String purpose, int bytes) {
        byte[] info = (CONTEXT + purpose).getBytes(StandardCharsets.US_ASCII);
        byte[] inputKey = key.getEncoded();
        try {
            return derive(inputKey, salt, info, bytes);
        } finally {
            Arrays.fill(inputKey, (byte) 0);
        }
    }

    static byte[] derive(byte[] inputKey, byte[] salt, byte[] info, int bytes) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(inputKey)
                                    .addSalt(salt)
                                    .thenExpand(info, bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HKDF-SHA256 is part of JDK 25", impossible);
        }
    }
}
