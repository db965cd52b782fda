package storage.dispersive.csi.volume;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the orchestrator calls a volume: {@code NAMESPACE/NAME} of its DispersiveVolume.
 *
 * @param namespace a DNS label
 * @param name as a DispersiveVolume may be called
 */
public record VolumeHandle(String namespace, String name) {

    private static final int MAX_LABEL = 63;
    private static final int MAX_NAME = 46;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

    public VolumeHandle {
        if (!isNamespace(namespace) || !isName(name)) {
            throw new IllegalArgumentException("no volume is called " + namespace + "/" + name);
        }
    }

    /** What a text names; empty if no volume of ours can be called so. */
    public static Optional<VolumeHandle> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String namespace = text.substring(0, slash);
        String name = text.substring(slash + 1);
        return isNamespace(namespace) && isName(name)
                ? Optional.of(new VolumeHandle(namespace, name))
                : Optional.empty();
    }

    /** Whether a namespace can be called so. */
    public static boolean isNamespace(String text) {
        return text.length() <= MAX_LABEL && LABEL.matcher(text).matches();
    }

    /** Whether a DispersiveVolume can be called so. */
    public static boolean isName(String text) {
        return text.length() <= MAX_NAME && NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
