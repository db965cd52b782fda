package storage.dispersive.transport;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a connection failed, in words that a person can be shown. */
public final class ReadableCause {

    private static final int MAX_DEPTH = 16;

    /** Netty's native transports name the call and the number before what the system says. */
    private static final Pattern NATIVE =
            Pattern.compile("\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: (.+)");

    /** Netty adds where to, which whoever asked knows. */
    private static final Pattern ADDRESS = Pattern.compile("(.+): [\\w.-]*/[^\\s/]+:\\d+");

    private ReadableCause() {}

    /** The message that says most: wrappers only repeat that there was a failure. */
    public static String of(Throwable failure) {
        Throwable inner = failure;
        for (int depth = 0; depth < MAX_DEPTH && inner.getCause() != null; depth++) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.getClass().getSimpleName() : readable(message);
    }

    private static String readable(String message) {
        Matcher address = ADDRESS.matcher(message);
        String said = address.matches() ? address.group(1) : message;
        Matcher called = NATIVE.matcher(said);
        if (!called.matches()) {
            return said;
        }
        String system = called.group(1);
        return system.substring(0, 1).toLowerCase(Locale.ROOT) + system.substring(1);
    }
}
