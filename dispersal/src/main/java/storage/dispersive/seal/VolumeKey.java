package storage.dispersive.seal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;

/**
 * The one secret of a volume, 256 random bits. It seals nothing itself: every run derives keys of
 * its own ({@link #forRun}). Safe for all threads. Closing wipes it; every later use throws {@link
 * IllegalStateException}. Keys derived before stay usable until they are closed themselves.
 */
public final class VolumeKey implements AutoCloseable {

    public static final int KEY_BYTES = 32;

    private static final String PURPOSE_SEAL = "seal blocks";
    private static final String PURPOSE_HEADER = "authenticate headers";
    private static final String PURPOSE_CHECK = "check key";

    private final SecretBytes secret;

    private VolumeKey(byte[] owned) {
        this.secret = new SecretBytes("volume", owned);
    }

    public static VolumeKey random(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return new VolumeKey(bytes);
    }

    /**
     * The key with these bytes, which are copied: the caller wipes its own.
     *
     * @throws IllegalArgumentException unless there are {@value #KEY_BYTES}, and not all zeros
     *     (which is what an unwritten file or page holds)
     */
    public static VolumeKey of(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a volume key has %d bytes, got %d".formatted(KEY_BYTES, bytes.length));
        }
        int any = 0;
        for (byte b : bytes) {
            any |= b;
        }
        if (any == 0) {
            throw new IllegalArgumentException("a volume key of zeros is no key");
        }
        return new VolumeKey(bytes.clone());
    }

    /** A copy of the key, to be written down or split; the caller wipes it. */
    public byte[] export() {
        return secret.getEncoded();
    }

    /**
     * The keys of one run of one volume: HKDF-SHA256 with the volume's and the run's id (16 bytes
     * each, big endian) as salt, and {@code "dispersive.storage/v1 seal blocks"} or {@code
     * "dispersive.storage/v1 authenticate headers"} as info.
     *
     * @throws IllegalArgumentException for {@link RunId#NONE}, which no run draws
     */
    public RunKey forRun(VolumeId volume, RunId run) {
        if (run.equals(RunId.NONE)) {
            throw new IllegalArgumentException("no run has the id " + run);
        }
        byte[] salt =
                ByteBuffer.allocate(4 * Long.BYTES)
                        .putLong(volume.high())
                        .putLong(volume.low())
                        .putLong(run.high())
                        .putLong(run.low())
                        .array();
        return new RunKey(
                volume,
                run,
                new SecretBytes("AES", Hkdf.derive(secret, salt, PURPOSE_SEAL, KEY_BYTES)),
                new SecretBytes(
                        "HmacSHA256", Hkdf.derive(secret, salt, PURPOSE_HEADER, KEY_BYTES)));
    }

    /** A value that tells this key from another of the same volume, and nothing else about it. */
    byte[] checkValue(VolumeId volume, int bytes) {
        byte[] salt =
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(volume.high())
                        .putLong(volume.low())
                        .array();
        return Hkdf.derive(secret, salt, PURPOSE_CHECK, bytes);
    }

    @Override
    public void close() {
        secret.destroy();
    }

    /** Compares in a time that does not depend on the keys; a closed key equals none. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof VolumeKey that)) {
            return false;
        }
        return this == that
                || (!secret.isDestroyed()
                        && !that.secret.isDestroyed()
                        && secret.equals(that.secret));
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    @Override
    public String toString() {
        return "volume key";
    }
}
