package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.identity.CertificateAuthority;

/**
 * The authority of a cluster: its key in a Secret of the operator's namespace, those whom storage
 * pods trust in a ConfigMap beside it, and copies of that where storage pods are. A new key,
 * whoever made it, is published first; it signs when everybody trusts it, and the old one is
 * dropped when nobody needs it. What a step depends on is recorded in these objects, so another
 * operator goes on after any of them. For any thread.
 */
public final class ClusterAuthority implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterAuthority.class);
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final String NAME = "metadata.name";
    private static final String FIELD_MANAGER = "dispersive-operator";

    private final KubernetesClient client;
    private final String namespace;
    private final Maker maker;
    private final Clock clock;
    private final SharedIndexInformer<Secret> secrets;
    private final List<SharedIndexInformer<ConfigMap>> maps = new ArrayList<>();
    private final LastWritten<Secret> writtenSecrets = new LastWritten<>();
    private final LastWritten<ConfigMap> writtenMaps = new LastWritten<>();
    private @Nullable Loaded loaded;

    /** Who makes keys. */
    public enum Maker {
        OPERATOR,
        /** Somebody else, who replaces the Secret in time: cert-manager. */
        OTHERS
    }

    private record Loaded(String version, SigningKey key) {}

    private ClusterAuthority(
            KubernetesClient client,
            String namespace,
            Set<String> allowed,
            Maker maker,
            Clock clock) {
        this.client = client;
        this.namespace = namespace;
        this.maker = maker;
        this.clock = clock;
        this.secrets =
                client.secrets().inNamespace(namespace).withField(NAME, SigningKey.SECRET).inform();
        if (allowed.isEmpty()) {
            maps.add(
                    client.configMaps()
                            .inAnyNamespace()
                            .withField(NAME, SigningKey.SECRET)
                            .inform());
        } else {
            watchedNamespaces(allowed).forEach(this::watchMap);
        }
    }

    private Set<String> watchedNamespaces(Set<String> allowed) {
        Set<String> watched = new TreeSet<>(allowed);
        watched.add(namespace);
        return watched;
    }

    private void watchMap(String in) {
        maps.add(client.configMaps().inNamespace(in).withField(NAME, SigningKey.SECRET).inform());
    }

    /**
     * Watches what is there.
     *
     * @param namespace of the operator
     * @param podNamespaces where storage pods may be; empty for all
     */
    public static ClusterAuthority start(
            KubernetesClient client,
            String namespace,
            Set<String> podNamespaces,
            Maker maker,
            Clock clock) {
        return new ClusterAuthority(client, namespace, podNamespaces, maker, clock);
    }

    /** Who signs now. */
    CertificateAuthority signing() throws UnusableAuthorityException {
        SigningKey key = key();
        Optional<Instant> from = roots().signsFrom(key);
        if (from.isEmpty() || clock.instant().isBefore(from.get())) {
            throw new UnusableAuthorityException(
                    "the authority is new, and signs "
                            + from.map(it -> "from " + it).orElse("when it is published"));
        }
        return key.authority();
    }

    /** All who are trusted, in PEM. */
    String trusted() {
        return roots().bundle();
    }

    private synchronized SigningKey key() throws UnusableAuthorityException {
        Secret secret = secret();
        if (secret == null) {
            loaded = null;
            throw new UnusableAuthorityException(
                    "there is no Secret "
                            + namespace
                            + "/"
                            + SigningKey.SECRET
                            + " yet"
                            + switch (maker) {
                                case OPERATOR -> "; the operator that leads makes it";
                                case OTHERS -> "; see its Certificate of cert-manager";
                            });
        }
        String version = secret.getMetadata().getResourceVersion();
        if (loaded == null || !loaded.version().equals(version)) {
            loaded = new Loaded(version, SigningKey.read(secret, clock));
        }
        return loaded.key();
    }

    private @Nullable Secret secret() {
        return writtenSecrets.or(
                namespace, secrets.getStore().getByKey(namespace + "/" + SigningKey.SECRET));
    }

    private @Nullable ConfigMap map(String in) {
        return writtenMaps.or(
                in,
                maps.stream()
                        .map(it -> it.getStore().getByKey(in + "/" + SigningKey.SECRET))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null));
    }

    private synchronized PublishedRoots roots() {
        return PublishedRoots.read(map(namespace));
    }

    /**
     * Takes the step that is due, if one is; only for who leads. Costs no call when none is.
     *
     * @return why there is no authority, for people
     */
    public synchronized Optional<String> tend() {
        try {
            if (maker == Maker.OPERATOR) {
                ensureKey();
            }
            PublishedRoots wanted = roots().with(key(), clock.instant());
            write(namespace, wanted);
            for (SharedIndexInformer<ConfigMap> informer : maps) {
                for (ConfigMap copy : informer.getStore().list()) {
                    write(copy.getMetadata().getNamespace(), wanted);
                }
            }
            return Optional.empty();
        } catch (UnusableAuthorityException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Sees to it that storage pods of a namespace find whom they trust; only for who leads.
     *
     * @return why they cannot, for people
     */
    public synchronized Optional<String> publish(String in) {
        Optional<String> missing = tend();
        PublishedRoots roots = roots();
        if (!roots.roots().isEmpty()) {
            write(in, roots);
            return missing;
        }
        return missing.or(() -> Optional.of("the authority is being published"));
    }

    private void ensureKey() throws UnusableAuthorityException {
        Secret present = secret();
        if (present != null && !isToBeReplaced(present)) {
            return;
        }
        Secret made = SigningKey.create(namespace, VALIDITY, clock);
        try {
            if (present == null) {
                LOG.info("Making an authority in Secret {}/{}", namespace, SigningKey.SECRET);
                // Of two operators one comes first; the other takes what is there then.
                writtenSecrets.put(client.resource(made).create(), present);
            } else {
                LOG.info("Replacing the authority's key in Secret {}", SigningKey.SECRET);
                made.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
                writtenSecrets.put(client.resource(made).update(), present);
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    /** Never while the one before is still on its way out. */
    private boolean isToBeReplaced(Secret present) throws UnusableAuthorityException {
        boolean isAsked =
                present.getMetadata().getAnnotations() != null
                        && present.getMetadata().getAnnotations().containsKey(SigningKey.ROTATE);
        return roots().roots().size() == 1
                && (isAsked || SigningKey.read(present, clock).isToBeReplaced(clock.instant()));
    }

    private void write(String in, PublishedRoots roots) {
        ConfigMap wanted = roots.in(in);
        ConfigMap present = map(in);
        boolean isThere =
                present != null
                        && wanted.getData().equals(present.getData())
                        && present.getMetadata().getAnnotations() != null
                        && present.getMetadata()
                                .getAnnotations()
                                .entrySet()
                                .containsAll(wanted.getMetadata().getAnnotations().entrySet());
        if (!isThere) {
            client.resource(wanted).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
        }
    }

    @Override
    public void close() {
        secrets.stop();
        maps.forEach(SharedIndexInformer::stop);
    }
}
