package storage.dispersive.pod.store;

/** The name of a storage pod, which its store carries so that no other pod serves it. */
public record PodIdentity(String name) {

    public static final int MAX_NAME_CHARS = 253;

    public PodIdentity {
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS || !name.matches("[!-~]+")) {
            throw new IllegalArgumentException(
                    "a pod's name has 1 to " + MAX_NAME_CHARS + " visible ASCII characters");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
