package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.pods.PodProfile;

/**
 * The ConfigMaps that tell storage pods and node plugins whom to trust, one in each of their
 * namespaces.
 */
final class PublishedRoots {

    static final String NAME = "dispersive-authority";
    static final Map<String, String> LABELS =
            Map.of(
                    "app.kubernetes.io/part-of",
                    "dispersive",
                    "app.kubernetes.io/component",
                    "authority");

    private static final String NAME_FIELD = "metadata.name";
    private static final int HUNDRED = 100;
    private static final int CALLERS_FAULT = 4;

    private static final Logger LOG = LoggerFactory.getLogger(PublishedRoots.class);

    private static final PatchContext OURS =
            new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager("dispersive-operator")
                    .withForce(true)
                    .build();

    private final KubernetesClient client;
    private final Set<String> allowed;

    /** Where somebody wanted it; so that it is made again when it is deleted. */
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();

    /** Those of the namespaces where storage pods may be, and that of node plugins always. */
    PublishedRoots(KubernetesClient client, AuthoritySettings settings) {
        this.client = client;
        this.allowed = settings.toldNamespaces();
        wanted.add(settings.namespace());
    }

    /**
     * Brings a namespace's ConfigMap in line.
     *
     * @param present as it was when it was looked at last; null if it was not there
     */
    void publish(String namespace, String pem, @Nullable ConfigMap present) {
        wanted.add(namespace);
        write(namespace, pem, present);
    }

    private void write(String namespace, String pem, @Nullable ConfigMap present) {
        if (present != null && isRight(present, pem)) {
            return;
        }
        ConfigMap right =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .withLabels(LABELS)
                        .endMetadata()
                        .withData(Map.of(PodProfile.AUTHORITY_ENTRY, pem))
                        .build();
        client.resource(right).patch(OURS);
    }

    private static boolean isRight(ConfigMap present, String pem) {
        return present.getData() != null
                && pem.equals(present.getData().get(PodProfile.AUTHORITY_ENTRY))
                && present.getMetadata().getLabels() != null
                && present.getMetadata().getLabels().entrySet().containsAll(LABELS.entrySet());
    }

    /**
     * Brings all in line that were ever published, and makes those that are missing. Namespaces
     * that go meanwhile do not count.
     *
     * @throws KubernetesClientException if some could not be told; all others are
     */
    void publishEverywhere(String pem) {
        Set<String> missing = new TreeSet<>(wanted);
        List<KubernetesClientException> refusals = new ArrayList<>();
        for (ConfigMap present : all()) {
            missing.remove(present.getMetadata().getNamespace());
            tell(present.getMetadata().getNamespace(), pem, present, refusals);
        }
        missing.forEach(namespace -> tell(namespace, pem, null, refusals));
        if (!refusals.isEmpty()) {
            KubernetesClientException first = refusals.getFirst();
            refusals.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private void tell(
            String namespace,
            String pem,
            @Nullable ConfigMap present,
            List<KubernetesClientException> refusals) {
        try {
            write(namespace, pem, present);
        } catch (KubernetesClientException e) {
            if (isGone(e)) {
                wanted.remove(namespace);
                LOG.debug("the namespace {} goes, and needs no authorities", namespace, e);
            } else if (e.getCode() / HUNDRED == CALLERS_FAULT) {
                refusals.add(e);
            } else {
                throw e;
            }
        }
    }

    /** Whether there is no such namespace, or it takes nothing new as it is being deleted. */
    static boolean isGone(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || Optional.ofNullable(e.getStatus())
                        .map(Status::getDetails)
                        .map(StatusDetails::getCauses)
                        .orElse(List.of())
                        .stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    List<String> namespaces() {
        return all().stream().map(each -> each.getMetadata().getNamespace()).sorted().toList();
    }

    private List<ConfigMap> all() {
        return places(client, allowed).stream()
                .flatMap(place -> place.withLabels(LABELS).list().getItems().stream())
                .toList();
    }

    /** Where to look for them; the right to list and watch them by name is enough. */
    static List<FilterWatchListDeletable<ConfigMap, ConfigMapList, Resource<ConfigMap>>> places(
            KubernetesClient client, Set<String> allowed) {
        return allowed.isEmpty()
                ? List.of(client.configMaps().inAnyNamespace().withField(NAME_FIELD, NAME))
                : allowed.stream()
                        .sorted()
                        .map(each ->
                                client.configMaps().inNamespace(each).withField(NAME_FIELD, NAME))
                        .toList();
    }
}
