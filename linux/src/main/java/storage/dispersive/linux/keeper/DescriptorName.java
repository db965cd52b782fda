package storage.dispersive.linux.keeper;

import java.util.regex.Pattern;

/** A descriptor's name in a keeper: 1 to 128 letters, digits, dots, dashes and underscores. */
public record DescriptorName(String value) {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    public DescriptorName {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "a name has 1 to 128 of A-Z a-z 0-9 . _ -, not \"" + value + "\"");
        }
    }

    static boolean isValid(String value) {
        return ALLOWED.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
