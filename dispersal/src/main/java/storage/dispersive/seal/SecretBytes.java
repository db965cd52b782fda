package storage.dispersive.seal;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Bytes of a key that are wiped on {@link #destroy} and never printed or serialized. Java's own
 * {@code SecretKeySpec} cannot be wiped. Safe for all threads; after it is destroyed every use
 * throws {@link IllegalStateException}.
 */
final class SecretBytes implements SecretKey {

    private static final long serialVersionUID = 1;

    private final String algorithm;
    private final transient byte[] bytes;
    private boolean destroyed;

    /** Takes {@code bytes} over: the caller keeps no copy. */
    SecretBytes(String algorithm, byte[] bytes) {
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** A copy, which the caller wipes. */
    @Override
    public synchronized byte[] getEncoded() {
        if (destroyed) {
            throw new IllegalStateException("the key was closed");
        }
        return bytes.clone();
    }

    @Override
    public synchronized void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    @Override
    public synchronized boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretBytes that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        // The same for all: a hash of a key would be a trace of it.
        return SecretBytes.class.hashCode();
    }

    @Override
    public String toString() {
        return algorithm + " key";
    }

    private void writeObject(ObjectOutputStream ignored) throws NotSerializableException {
        throw new NotSerializableException("keys are not serialized");
    }
}
