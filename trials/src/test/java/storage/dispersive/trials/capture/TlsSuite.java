package storage.dispersive.trials.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Cipher suites of TLS 1.3 that seal with AES-GCM (RFC 8446, B.4). */
enum TlsSuite {
    AES_128_GCM_SHA256(0x1301, "HKDF-SHA256", 16),
    AES_256_GCM_SHA384(0x1302, "HKDF-SHA384", 32);

    private final int code;
    private final String keyDerivation;
    private final int keyBytes;

    TlsSuite(int code, String keyDerivation, int keyBytes) {
        this.code = code;
        this.keyDerivation = keyDerivation;
        this.keyBytes = keyBytes;
    }

    static TlsSuite of(int code) {
        return Arrays.stream(values())
                .filter(suite -> suite.code == code)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "cipher suite %04x is not known here".formatted(code)));
    }

    int keyBytes() {
        return keyBytes;
    }

    /** HKDF-Expand-Label without a context (RFC 8446, 7.1). */
    byte[] expand(byte[] secret, String label, int bytes) throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer info = ByteBuffer.allocate(4 + name.length);
        info.putShort((short) bytes).put((byte) name.length).put(name).put((byte) 0);
        return KDF.getInstance(keyDerivation)
                .deriveData(
                        HKDFParameterSpec.expandOnly(
                                new SecretKeySpec(secret, "Generic"), info.array(), bytes));
    }
}
