package storage.dispersive.wire;

import java.util.regex.Pattern;

/** What a storage pod is called, in its certificate and by those who call it. */
public record PodName(String value) {

    public static final int MAX_CHARS = 253;

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    public PodName {
        if (value.length() > MAX_CHARS || !ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a pod is named like a host: 1 to "
                            + MAX_CHARS
                            + " of a-z, 0-9, '-' and '.', with a letter or digit at both ends");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
