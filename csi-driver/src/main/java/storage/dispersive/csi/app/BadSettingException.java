package storage.dispersive.csi.app;

/** A setting is missing or cannot be. The message is one line that says what to do. */
final class BadSettingException extends Exception {

    private static final long serialVersionUID = 1L;

    BadSettingException(String key, String value, String wanted) {
        super(
                value.isEmpty()
                        ? key + " is not set: give " + wanted
                        : key
                                + " is '"
                                + value.replaceAll("\\p{Cntrl}", "?")
                                + "': give "
                                + wanted);
    }
}
