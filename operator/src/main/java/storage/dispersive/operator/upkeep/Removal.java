package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Deletes exactly the object that was seen, never another one that has its name since. */
final class Removal {

    private final KubernetesClient client;

    Removal(KubernetesClient client) {
        this.client = client;
    }

    /** The usual way: whoever uses it may end first. */
    void gently(String resources, HasMetadata seen) {
        delete(resources, seen, new DeleteOptionsBuilder());
    }

    /** Without waiting for a kubelet that will not answer any more. */
    void atOnce(String resources, HasMetadata seen) {
        delete(resources, seen, new DeleteOptionsBuilder().withGracePeriodSeconds(0L));
    }

    private void delete(String resources, HasMetadata seen, DeleteOptionsBuilder options) {
        try {
            client.raw(
                    "/api/v1/namespaces/"
                            + seen.getMetadata().getNamespace()
                            + "/"
                            + resources
                            + "/"
                            + seen.getMetadata().getName(),
                    "DELETE",
                    options.withApiVersion("v1")
                            .withKind("DeleteOptions")
                            .withNewPreconditions()
                            .withUid(seen.getMetadata().getUid())
                            .endPreconditions()
                            .build());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
                    && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
