package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Constants;
import java.util.Collection;
import java.util.Set;
import storage.dispersive.operator.status.Hindrance;

/**
 * Where storage pods may run: their sidecar has SYS_ADMIN, so an administrator says where.
 *
 * @param names of namespaces; or {@link Constants#WATCH_ALL_NAMESPACES} alone
 */
public record AllowedNamespaces(Set<String> names) {

    /** As the operator SDK calls all of them. */
    private static final Set<String> ALL_NAMESPACES = Set.of(Constants.WATCH_ALL_NAMESPACES);

    private static final String ALL = "*";

    public AllowedNamespaces {
        names = Set.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("storage pods must be allowed somewhere");
        }
    }

    /** From a setting; the operator's own when nothing is set. */
    public static AllowedNamespaces of(Collection<String> setting, String own) {
        if (setting.contains(ALL)) {
            return new AllowedNamespaces(ALL_NAMESPACES);
        }
        return new AllowedNamespaces(setting.isEmpty() ? Set.of(own) : Set.copyOf(setting));
    }

    /** Their names; none if all are allowed. */
    public Set<String> listed() {
        return names.equals(ALL_NAMESPACES) ? Set.of() : names;
    }

    boolean allow(String namespace) {
        return names.equals(ALL_NAMESPACES) || names.contains(namespace);
    }

    /** What is said of a resource elsewhere. */
    Hindrance hindrance(String namespace) {
        return Hindrance.lasting(
                "NamespaceNotAllowed",
                "storage pods may not run in namespace "
                        + namespace
                        + "; allowed are "
                        + String.join(", ", names.stream().sorted().toList())
                        + ". Make the resource there, or let an administrator add the namespace to"
                        + " the chart's allowedNamespaces");
    }
}
