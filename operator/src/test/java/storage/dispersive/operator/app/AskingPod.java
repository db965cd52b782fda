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

/** What a pod does at its start: asks the operator for a certificate. */
final class AskingPod {

    private final KubernetesClient admin;
    private final URI service;
    private final String namespace;

    /** A pod of this namespace. */
    AskingPod(KubernetesClient admin, URI service, String namespace) {
        this.admin = admin;
        this.service = service;
        this.namespace = namespace;
    }

    /**
     * Asks as a storage pod, with the token that the kubelet would bring.
     *
     * @throws IOException if the answer is no; the message says why
     */
    String ask(String name) throws IOException, InterruptedException, GeneralSecurityException {
        return ask("/v1/identity", token(name, "pod.dispersive.storage"));
    }

    /** The same as the engine of a node's pod, which serves a volume. */
    String askForVolume(String name, String volume)
            throws IOException, InterruptedException, GeneralSecurityException {
        return ask("/v1/identity/volume/" + volume, token(name, "engine.dispersive.storage"));
    }

    private String ask(String path, String token)
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return new HttpsIdentityService()
                .certify(
                        new IdentityService.Question(
                                service.resolve(path),
                                token,
                                Pem.write(generator.generateKeyPair().getPublic()),
                                trusted()));
    }

    private String token(String name, String audience) {
        Pod pod = admin.pods().inNamespace(namespace).withName(name).require();
        TokenRequest request =
                new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
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
                .inNamespace(namespace)
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    private String trusted() {
        ConfigMap map =
                admin.configMaps()
                        .inNamespace(namespace)
                        .withName("dispersive-authority")
                        .require();
        return Objects.requireNonNull(map.getData().get("ca.crt"));
    }
}
