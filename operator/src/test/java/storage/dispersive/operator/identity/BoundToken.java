package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;

/** Tokens as the kubelet gets them for its pods. */
final class BoundToken {

    private BoundToken() {}

    static String of(KubernetesClient client, Pod pod, String... audiences) {
        TokenRequest request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audiences)
                        .withExpirationSeconds(600L)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build();
        TokenRequest made =
                client.serviceAccounts()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getSpec().getServiceAccountName())
                        .tokenRequest(request);
        return Objects.requireNonNull(made.getStatus().getToken());
    }
}
