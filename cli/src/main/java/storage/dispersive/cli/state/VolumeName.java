package storage.dispersive.cli.state;

import java.util.regex.Pattern;

/** The rule for names of volumes: that of a label in the domain name system. */
public final class VolumeName {

    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private VolumeName() {}

    static boolean isValid(String name) {
        return FORM.matcher(name).matches();
    }

    public static String check(String name) {
        if (!isValid(name)) {
            throw SanException.usage(
                    "'" + name + "' cannot be a volume's name",
                    "use 1 to 63 of a-z, 0-9 and '-', with no '-' at either end");
        }
        return name;
    }
}
