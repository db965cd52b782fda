package storage.dispersive.csi.controller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import storage.dispersive.csi.volume.VolumeHandle;

/** What a volume is called that somebody asks for by a name of his own. */
final class VolumeName {

    private static final int HASH_BYTES = 8;
    private static final int MAX_BEGINNING = 24;

    private VolumeName() {}

    /**
     * The name itself where a volume can be called so. Else its beginning in small letters, for
     * people, and a hash, as names that differ in what is left away are different volumes.
     */
    static String of(String wanted) {
        if (VolumeHandle.isName(wanted)) {
            return wanted;
        }
        String small = wanted.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String beginning = small.replaceFirst("^[^a-z]+", "");
        String shortened = beginning.substring(0, Math.min(beginning.length(), MAX_BEGINNING));
        String ended = shortened.replaceFirst("-+$", "");
        return (ended.isEmpty() ? "v" : ended) + "-" + hash(wanted);
    }

    private static String hash(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
