package storage.dispersive.enrolment;

import java.util.regex.Pattern;

/**
 * What a volume is called in a cluster, where its resource is: NAMESPACE/NAME. Names of Kubernetes,
 * in their only spelling, so that they mean the same in any path. Immutable.
 */
public record VolumeName(String namespace, String name) {

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAMESPACE = Pattern.compile(LABEL);
    private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final int MOST_CHARS = 253;

    public VolumeName {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException("a namespace cannot be called this");
        }
        if (name.length() > MOST_CHARS || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a volume cannot be called this");
        }
    }

    /**
     * Reads the form that {@link #toString} writes.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static VolumeName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.length() > 2 * MOST_CHARS) {
            throw new IllegalArgumentException("a volume is named as NAMESPACE/NAME");
        }
        return new VolumeName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
