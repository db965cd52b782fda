package storage.dispersive.operator.founding;

import java.util.Comparator;
import storage.dispersive.wire.PodName;

/** Storage pods by what they are called in Kubernetes, and in their certificates. */
public final class PodNames {

    static final Comparator<PodName> ORDER = Comparator.comparing(PodName::value);

    private PodNames() {}

    /** Who must answer for the pod of this name in this namespace: {@code POD.NAMESPACE}. */
    public static PodName of(String pod, String namespace) {
        return new PodName(pod + "." + namespace);
    }

    /**
     * What Kubernetes calls the pod.
     *
     * @throws IllegalArgumentException if it is of another namespace
     */
    static String inNamespace(PodName pod, String namespace) {
        String suffix = "." + namespace;
        String name = pod.value();
        if (!name.endsWith(suffix)) {
            throw new IllegalArgumentException(pod + " is no pod of the namespace " + namespace);
        }
        return name.substring(0, name.length() - suffix.length());
    }
}
