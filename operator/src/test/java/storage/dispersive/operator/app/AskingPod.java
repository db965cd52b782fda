package storage.dispersive.operator.app;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Objects;
import storage.dispersive.enrolment.HttpsIdentityService;
import storage.dispersive.enrolment.IdentityService;
import storage.dispersive.pem.Pem;

/** What a storage pod does at its start: asks the operator for a certificate. */
final class AskingPod {

    private final KubernetesClient admin;
    private final URI service;

    AskingPod(KubernetesClient admin, URI service) {
        this.admin = admin;
        this.service = service;
    }

    /**
     * Asks with the token that the kubelet would bring.
     *
     * @throws IOException if the answer is no; the message says why
     */
    String ask(String name) throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return new HttpsIdentityService()
                .certify(
                        new IdentityService.Question(
                                service.resolve("/v1/identity"),
                                token(name),
                                Pem.write(generator.generateKeyPair().getPublic()),
                                trusted()));
    }

    private String token(String name) {
        Pod pod = admin.pods().inNamespace(Installation.VOLUMES).withName(name).require();
        TokenRequest request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences("pod.dispersive.storage")
                        .withExpirationSeconds(3600L)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(name)
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build();
        return admin.serviceAccounts()
                .inNamespace(Installation.VOLUMES)
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    private String trusted() {
        ConfigMap map =
                admin.configMaps()
                        .inNamespace(Installation.VOLUMES)
                        .withName("dispersive-authority")
                        .require();
        return Objects.requireNonNull(map.getData().get("ca.crt"));
    }
}
