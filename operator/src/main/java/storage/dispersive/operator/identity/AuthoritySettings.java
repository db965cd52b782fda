package storage.dispersive.operator.identity;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the authority is, and who makes it.
 *
 * @param namespace the operator's own
 * @param podNamespaces where storage pods may be; empty if that is everywhere
 * @param issuerSecret the Secret in that namespace where cert-manager puts what a Certificate with
 *     {@code isCA} asks for; it is read and never written. When null, the operator makes
 *     authorities itself
 * @param validity of authorities that the operator makes; at least a day
 */
public record AuthoritySettings(
        String namespace,
        Set<String> podNamespaces,
        @Nullable String issuerSecret,
        Duration validity) {

    /** What an authority is good for, unless somebody wants it otherwise. */
    public static final Duration USUAL_VALIDITY = Duration.ofDays(365);

    private static final Duration LEAST_VALIDITY = Duration.ofDays(1);

    public AuthoritySettings {
        podNamespaces = Set.copyOf(podNamespaces);
        if (namespace.isEmpty()) {
            throw new IllegalArgumentException("the operator's namespace has no name");
        }
        if (AuthoritySecret.NAME.equals(issuerSecret)) {
            throw new IllegalArgumentException(
                    "the Secret "
                            + AuthoritySecret.NAME
                            + " is the operator's own; let cert-manager write another one");
        }
        if (validity.compareTo(LEAST_VALIDITY) < 0) {
            throw new IllegalArgumentException(
                    "an authority that is good for "
                            + validity
                            + "; it must be a day at least, as pods' certificates are");
        }
    }

    /** Where somebody is told whom to trust: also node plugins are. Empty if that is everywhere. */
    Set<String> toldNamespaces() {
        return podNamespaces.isEmpty()
                ? podNamespaces
                : Stream.concat(podNamespaces.stream(), Stream.of(namespace))
                        .collect(Collectors.toUnmodifiableSet());
    }
}
