package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.pods.PodProfile;

/** The ConfigMaps that tell storage pods whom to trust, one in each of their namespaces. */
final class PublishedRoots {

    static final String NAME = "dispersive-authority";
    static final Map<String, String> LABELS =
            Map.of(
                    "app.kubernetes.io/part-of",
                    "dispersive",
                    "app.kubernetes.io/component",
                    "authority");

    private static final Logger LOG = LoggerFactory.getLogger(PublishedRoots.class);

    private static final PatchContext OURS =
            new PatchContext.Builder()
                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                    .withFieldManager("dispersive-operator")
                    .withForce(true)
                    .build();

    private final KubernetesClient client;

    PublishedRoots(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Brings a namespace's ConfigMap in line.
     *
     * @param present as it was when it was looked at last; null if it was not there
     */
    void publish(String namespace, String pem, @Nullable ConfigMap present) {
        if (present != null && isRight(present, pem)) {
            return;
        }
        ConfigMap wanted =
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(NAME)
                        .withLabels(LABELS)
                        .endMetadata()
                        .withData(Map.of(PodProfile.AUTHORITY_ENTRY, pem))
                        .build();
        client.resource(wanted).patch(OURS);
    }

    private static boolean isRight(ConfigMap present, String pem) {
        return present.getData() != null
                && pem.equals(present.getData().get(PodProfile.AUTHORITY_ENTRY))
                && present.getMetadata().getLabels() != null
                && present.getMetadata().getLabels().entrySet().containsAll(LABELS.entrySet());
    }

    /** Brings all in line that were ever published. Namespaces that go meanwhile do not count. */
    void publishEverywhere(String pem) {
        for (ConfigMap present : all()) {
            String namespace = present.getMetadata().getNamespace();
            try {
                publish(namespace, pem, present);
            } catch (KubernetesClientException e) {
                if (!isGoing(namespace)) {
                    throw e;
                }
                LOG.debug("the namespace {} goes, and needs no authorities", namespace, e);
            }
        }
    }

    private boolean isGoing(String namespace) {
        try {
            var found = client.namespaces().withName(namespace).get();
            return found == null || found.getMetadata().getDeletionTimestamp() != null;
        } catch (KubernetesClientException e) {
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
        }
    }

    List<String> namespaces() {
        return all().stream().map(each -> each.getMetadata().getNamespace()).sorted().toList();
    }

    private List<ConfigMap> all() {
        return client.configMaps().inAnyNamespace().withLabels(LABELS).list().getItems().stream()
                .filter(each -> NAME.equals(each.getMetadata().getName()))
                .toList();
    }
}
