package storage.dispersive.foreign;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether native libraries may be used: the system property {@value #PROPERTY}, else the
 * environment variable {@value #VARIABLE}; {@code auto} (the default) or {@code portable}.
 */
enum NativePreference {
    /** Use a library where it is found. */
    AUTO,
    /** Use none, even where it is found. */
    PORTABLE;

    static final String PROPERTY = "dispersive.native";
    static final String VARIABLE = "DISPERSIVE_NATIVE";

    private static final Logger LOG = LoggerFactory.getLogger(NativePreference.class);

    static NativePreference current() {
        return parse(System.getProperty(PROPERTY, System.getenv(VARIABLE)));
    }

    /** What {@code text} asks for. Another word is reported and counts as {@code auto}. */
    static NativePreference parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return AUTO;
        }
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "portable" -> PORTABLE;
            default -> {
                LOG.warn("{}={} is neither auto nor portable; taken as auto", PROPERTY, text);
                yield AUTO;
            }
        };
    }
}
