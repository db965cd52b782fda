package storage.dispersive.trials.capture;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The records that one side seals under one traffic secret, opened in their order. */
final class TlsTraffic {

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final TlsSuite suite;
    private final byte[] secret;
    private final SecretKeySpec key;
    private final byte[] iv;
    private long sequenceNumber;

    TlsTraffic(TlsSuite suite, byte[] secret) throws GeneralSecurityException {
        this.suite = suite;
        this.secret = secret.clone();
        this.key = new SecretKeySpec(suite.expand(secret, "key", suite.keyBytes()), "AES");
        this.iv = suite.expand(secret, "iv", IV_BYTES);
    }

    /**
     * What the next record hides: content, its type in one byte, zeros (RFC 8446, 5.2).
     *
     * @throws GeneralSecurityException if it was not sealed as the next one under this secret
     */
    byte[] open(byte[] header, byte[] sealed) throws GeneralSecurityException {
        ByteBuffer nonce = ByteBuffer.wrap(iv.clone());
        nonce.putLong(4, nonce.getLong(4) ^ sequenceNumber++);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce.array()));
        cipher.updateAAD(header);
        return cipher.doFinal(sealed);
    }

    /** What follows a KeyUpdate (RFC 8446, 7.2). */
    TlsTraffic updated() throws GeneralSecurityException {
        return new TlsTraffic(suite, suite.expand(secret, "traffic upd", secret.length));
    }
}
