package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.pem.Pem;

/**
 * The authorities that storage pods trust, and since when they have been published; kept in a
 * ConfigMap, whose copy each namespace with storage pods has. One signs only when it was published
 * for a while, and one that does not sign any more is trusted for a while longer. Immutable.
 */
record PublishedRoots(List<Root> roots) {

    /** By now every kubelet has brought it to its pods. */
    static final Duration KNOWN_AFTER = Duration.ofMinutes(3);

    /** By now everybody who could ask for a certificate of the new one has. */
    static final Duration OLD_GOES_AFTER = Duration.ofMinutes(15);

    private static final String SINCE = "dispersive.storage/published-since";

    /**
     * One authority.
     *
     * @param since when it was published
     */
    record Root(String pem, String fingerprint, Instant since) {}

    static final PublishedRoots NONE = new PublishedRoots(List.of());

    PublishedRoots {
        roots = List.copyOf(roots);
    }

    /** What a ConfigMap says; one that is no PEM, or whose time is not known, counts as none. */
    static PublishedRoots read(@Nullable ConfigMap map) {
        if (map == null || map.getData() == null) {
            return NONE;
        }
        Map<String, Instant> times = times(map);
        List<Root> roots = new ArrayList<>();
        try {
            String bundle = map.getData().getOrDefault(PodProfile.AUTHORITY_ENTRY, "");
            for (X509Certificate certificate : Pem.readCertificates(bundle)) {
                String fingerprint = SigningKey.fingerprint(certificate);
                Instant since = times.get(fingerprint);
                if (since != null) {
                    roots.add(new Root(Pem.write(certificate), fingerprint, since));
                }
            }
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return NONE;
        }
        return new PublishedRoots(roots);
    }

    private static Map<String, Instant> times(ConfigMap map) {
        Map<String, Instant> times = new TreeMap<>();
        String text =
                Objects.requireNonNullElse(
                                map.getMetadata().getAnnotations(), Map.<String, String>of())
                        .getOrDefault(SINCE, "");
        for (String entry : text.split(",", -1)) {
            String[] parts = entry.split("=", -1);
            try {
                if (parts.length == 2) {
                    times.put(parts[0], Instant.parse(parts[1]));
                }
            } catch (DateTimeParseException e) {
                // As if it had never been published.
            }
        }
        return times;
    }

    Optional<Root> find(String fingerprint) {
        return roots.stream().filter(it -> it.fingerprint().equals(fingerprint)).findFirst();
    }

    /** With the one that is to sign, and without those that have not signed for long enough. */
    PublishedRoots with(SigningKey signing, Instant now) {
        Instant time = now.truncatedTo(ChronoUnit.SECONDS);
        Root current =
                find(signing.fingerprint())
                        .orElseGet(() ->
                                new Root(signing.certificatePem(), signing.fingerprint(), time));
        List<Root> kept = new ArrayList<>();
        for (Root root : roots) {
            boolean isOld = !root.fingerprint().equals(current.fingerprint());
            if (isOld && now.isBefore(current.since().plus(OLD_GOES_AFTER))) {
                kept.add(root);
            }
        }
        kept.add(current);
        return new PublishedRoots(kept);
    }

    /** When one may sign; at once if nobody trusts another. Empty if it is not published. */
    Optional<Instant> signsFrom(SigningKey signing) {
        boolean isAlone = roots.size() == 1;
        return find(signing.fingerprint())
                .map(it -> isAlone ? it.since() : it.since().plus(KNOWN_AFTER));
    }

    String bundle() {
        StringBuilder bundle = new StringBuilder();
        roots.forEach(it -> bundle.append(it.pem()));
        return bundle.toString();
    }

    /** As a namespace has it. */
    ConfigMap in(String namespace) {
        StringBuilder since = new StringBuilder();
        for (Root root : roots) {
            since.append(since.isEmpty() ? "" : ",")
                    .append(root.fingerprint())
                    .append('=')
                    .append(root.since());
        }
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(SigningKey.SECRET)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/part-of", "dispersive")
                .addToLabels("app.kubernetes.io/managed-by", "dispersive-operator")
                .addToAnnotations(SINCE, since.toString())
                .endMetadata()
                .addToData(PodProfile.AUTHORITY_ENTRY, bundle())
                .build();
    }
}
