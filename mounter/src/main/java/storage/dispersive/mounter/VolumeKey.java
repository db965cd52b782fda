package storage.dispersive.mounter;

import java.util.regex.Pattern;

/**
 * A volume's name on a node: of directories, of descriptors in keepers and in the mount table. One
 * to 128 lower-case letters, digits, dots and dashes; the first is no dot or dash.
 */
public record VolumeKey(String value) implements Comparable<VolumeKey> {

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}");

    public VolumeKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not the key of a volume: \"" + value + "\"");
        }
    }

    public static boolean isValid(String value) {
        return ALLOWED.matcher(value).matches();
    }

    @Override
    public int compareTo(VolumeKey other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
