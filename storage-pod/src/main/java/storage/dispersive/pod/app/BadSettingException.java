package storage.dispersive.pod.app;

import java.util.Locale;

/** A setting is missing or cannot be. The message is one line that says what to do. */
final class BadSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    private BadSettingException(String message) {
        super(message);
    }

    static BadSettingException missing(String key, String what) {
        return new BadSettingException(
                "%s is not set: give %s, with -D%s=... or in the environment as %s"
                        .formatted(key, what, key, variable(key)));
    }

    static BadSettingException wrong(String key, String value, String what) {
        return new BadSettingException(
                "%s is '%s': give %s".formatted(key, printable(value), what));
    }

    /** The settings are well formed, but this machine does not go along. */
    static BadSettingException unusable(String what, Throwable why, String instead) {
        return new BadSettingException(
                "%s cannot be used (%s): give %s"
                        .formatted(what, printable(String.valueOf(why.getMessage())), instead));
    }

    /** How the environment spells the name of a setting. */
    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String printable(String value) {
        return value.replaceAll("\\p{Cntrl}", "?");
    }
}
