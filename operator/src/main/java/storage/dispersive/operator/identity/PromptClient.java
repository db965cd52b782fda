package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.util.function.Function;

/**
 * Asks the API server while somebody waits, who gives up after half a minute: better to say soon
 * that it is away than to try again until then.
 */
record PromptClient(KubernetesClient client) {

    private static final int LIMIT_MILLIS = 5_000;

    private static final RequestConfig PROMPTLY =
            new RequestConfigBuilder()
                    .withRequestTimeout(LIMIT_MILLIS)
                    .withRequestRetryBackoffLimit(0)
                    .build();

    <T> T ask(Function<KubernetesClient, T> question) {
        return client.adapt(NamespacedKubernetesClient.class)
                .withRequestConfig(PROMPTLY)
                .call(question::apply);
    }
}
