package storage.dispersive.linux;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of the running kernel, of which only the first two numbers matter here. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    private static final Pattern START = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");
    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    public static KernelVersion running() {
        return parse(System.getProperty("os.version", ""));
    }

    /** Reads {@code 6.18.44-anything}; what does not look so counts as 0.0. */
    static KernelVersion parse(String release) {
        Matcher matcher = START.matcher(release);
        return matcher.matches()
                ? new KernelVersion(
                        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KernelVersion(0, 0);
    }

    public boolean isAtLeast(KernelVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
