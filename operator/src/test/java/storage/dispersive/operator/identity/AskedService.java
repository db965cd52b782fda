package storage.dispersive.operator.identity;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.pem.Pem;

/** An identity service in a namespace of its own, and all that it takes to ask it. */
final class AskedService implements AutoCloseable {

    static final String NAMESPACE = "dispersive-system";
    static final String SET = "dv-photos";
    static final List<String> POD_AUDIENCE = List.of(Caller.Role.STORAGE_POD.audience());
    static final List<String> VNET_AUDIENCE = List.of(Caller.Role.VNET.audience());

    private final ApiServer server;
    private final KubernetesClient client;
    private final Vertx vertx = Vertx.vertx();
    private final SetClock clock = new SetClock();
    private final ClusterAuthority authority;
    private final IdentityServer service;

    private AskedService(ApiServer server, KubernetesClient client) {
        this.server = server;
        this.client = client;
        this.authority = authority(ClusterAuthority.Maker.OPERATOR);
        this.service =
                new IdentityServer(
                        vertx,
                        client,
                        authority,
                        new IdentityServer.Place(List.of("localhost"), 0),
                        Duration.ofHours(24),
                        clock);
    }

    static AskedService start() throws IOException {
        ApiServer server = ApiServer.start();
        KubernetesClient client = server.client();
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(NAMESPACE)
                                .endMetadata()
                                .build())
                .create();
        AskedService asked = new AskedService(server, client);
        asked.awaitService();
        return asked;
    }

    /** Another operator's view of the same objects. */
    ClusterAuthority authority(ClusterAuthority.Maker maker) {
        return ClusterAuthority.start(client, NAMESPACE, Set.of("storage"), maker, clock);
    }

    private void awaitService() {
        await().until(() -> authority.tend().isEmpty() && service.tend().isEmpty());
    }

    KubernetesClient client() {
        return client;
    }

    SetClock clock() {
        return clock;
    }

    ClusterAuthority authority() {
        return authority;
    }

    IdentityServer service() {
        return service;
    }

    /** A set of three pods of a volume, without any pod. */
    StatefulSet set(String name, String ownerKind) {
        client.resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .endMetadata()
                                .build())
                .create();
        return client.resource(
                        new StatefulSetBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .withOwnerReferences(
                                        owner(
                                                "dispersive.storage/v1alpha1",
                                                ownerKind,
                                                "photos",
                                                "6f1b0c0a-5f3b-4b36-9c5a-0a8f6f0d8a11"))
                                .endMetadata()
                                .withNewSpec()
                                .withReplicas(3)
                                .withServiceName(name)
                                .withNewSelector()
                                .addToMatchLabels("app", name)
                                .endSelector()
                                .withNewTemplate()
                                .withNewMetadata()
                                .addToLabels("app", name)
                                .endMetadata()
                                .withNewSpec()
                                .addNewContainer()
                                .withName("storage-pod")
                                .withImage("localhost/storage-pod:1")
                                .endContainer()
                                .endSpec()
                                .endTemplate()
                                .endSpec()
                                .build())
                .create();
    }

    /** A pod of that name and account, with the set as what has made it. */
    Pod pod(String name, String account, StatefulSet set) {
        return client.resource(
                        new PodBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(NAMESPACE)
                                .withOwnerReferences(
                                        owner(
                                                "apps/v1",
                                                "StatefulSet",
                                                set.getMetadata().getName(),
                                                set.getMetadata().getUid()))
                                .endMetadata()
                                .withNewSpec()
                                .withServiceAccountName(account)
                                .withAutomountServiceAccountToken(false)
                                .addNewContainer()
                                .withName("storage-pod")
                                .withImage("localhost/storage-pod:1")
                                .endContainer()
                                .endSpec()
                                .build())
                .create();
    }

    private static OwnerReference owner(String version, String kind, String name, String uid) {
        return new OwnerReferenceBuilder()
                .withApiVersion(version)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(true)
                .build();
    }

    /** A token as the kubelet projects it into a pod. */
    String token(Pod pod, List<String> audiences) {
        return client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(
                        new TokenRequestBuilder()
                                .withNewSpec()
                                .withAudiences(audiences)
                                .withExpirationSeconds(3600L)
                                .withNewBoundObjectRef()
                                .withApiVersion("v1")
                                .withKind("Pod")
                                .withName(pod.getMetadata().getName())
                                .withUid(pod.getMetadata().getUid())
                                .endBoundObjectRef()
                                .endSpec()
                                .build())
                .getStatus()
                .getToken();
    }

    /** A token of an account that no pod has. */
    String unboundToken(String account, List<String> audiences) {
        return client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(account)
                .tokenRequest(
                        new TokenRequestBuilder()
                                .withNewSpec()
                                .withAudiences(audiences)
                                .endSpec()
                                .build())
                .getStatus()
                .getToken();
    }

    static PublicKey key() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair().getPublic();
    }

    HttpResponse<String> ask(String token, PublicKey key) throws Exception {
        return send(
                HttpRequest.newBuilder(uri("/v1/identity"))
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(Pem.write(key)))
                        .build());
    }

    URI uri(String path) {
        return URI.create("https://localhost:" + service.port().orElseThrow() + path);
    }

    /** As one who trusts what is published, and nobody else. */
    HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient caller =
                HttpClient.newBuilder().sslContext(trusting(authority.trusted())).build()) {
            return caller.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static SSLContext trusting(String bundle) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (var certificate :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(
                                        bundle.getBytes(StandardCharsets.US_ASCII)))) {
            store.setCertificateEntry("root" + number++, certificate);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() {
        service.close();
        authority.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        client.close();
        server.close();
    }
}
