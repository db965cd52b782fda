package storage.dispersive.wire;

import java.util.regex.Pattern;

/** What a storage pod is called, in its certificate and by those who call it. */
public record PodName(String value) {

    public static final int MAX_CHARS = 253;

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    public PodName {
        if (!isNamedLikeAHost(value)) {
            throw new IllegalArgumentException(
                    "a pod is named like a host: 1 to "
                            + MAX_CHARS
                            + " of a-z, 0-9, '-' and '.', with a letter or digit at both ends");
        }
    }

    /** Whether this is a host's name in lower case (RFC 1123), which nodes and pods have. */
    public static boolean isNamedLikeAHost(String text) {
        return text.length() <= MAX_CHARS && ALLOWED.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
