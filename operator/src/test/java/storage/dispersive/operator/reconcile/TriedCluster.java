package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.Line;
import storage.dispersive.clustertests.OperatedCluster;
import storage.dispersive.operator.pods.PodProfile;

/** A control plane with hollow nodes, this API, and an operator in this process. */
final class TriedCluster extends OperatedCluster implements AutoCloseable {

    static final String NAMESPACE = "volumes";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String NOWHERE = "nowhere";

    private static final int NODES = 8;

    private final ApiServer server;
    private final KubernetesClient client;
    private final KubernetesClient operatorClient;
    private final Calls calls = new Calls();
    private final HollowNodes nodes;
    private final FakeStores stores = new FakeStores();
    private @Nullable TriedOperator operator;

    private TriedCluster(
            ApiServer server, Optional<Line> line, KubernetesClient client, HollowNodes nodes) {
        this.server = server;
        this.client = client;
        Consumer<HttpClient.Builder> listening = it -> it.addOrReplaceInterceptor("calls", calls);
        this.operatorClient =
                line.map(it -> server.client(it, listening))
                        .orElseGet(() -> server.client(listening));
        this.nodes = nodes;
    }

    static TriedCluster start() {
        return start(ApiServer.start(), Optional.empty());
    }

    /**
     * On a server that it closes in the end.
     *
     * @param line of this server; who calls over it is the operator
     */
    static TriedCluster start(ApiServer server, Line line) {
        return start(server, Optional.of(line));
    }

    private static TriedCluster start(ApiServer server, Optional<Line> line) {
        server.startControllers();
        KubernetesClient client = server.client();
        for (String definition : List.of("dispersivevolumes", "dispersivepools")) {
            client.resource(read("../charts/dispersive/crds/" + definition + ".yaml")).create();
        }
        TriedCluster cluster =
                new TriedCluster(server, line, client, HollowNodes.start(client, NODES));
        cluster.namespace(NAMESPACE);
        cluster.nodes.loseImage(profile(NOWHERE).images().storagePod());
        cluster.storageClass(STANDARD, false);
        cluster.storageClass(LIMITED, true);
        cluster.startOperator("1");
        return cluster;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void namespace(String name) {
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                .create();
    }

    private void storageClass(String name, boolean canGrow) {
        client.resource(
                        new StorageClassBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .withProvisioner("example.com/hollow")
                                .withAllowVolumeExpansion(canGrow)
                                .withVolumeBindingMode("WaitForFirstConsumer")
                                .build())
                .create();
    }

    void startOperator(String version) {
        startOperator(version, _ -> Optional.empty());
    }

    void startOperator(String version, Authorities authorities) {
        operator =
                TriedOperator.start(
                        operatorClient, authorities, stores, profile(version), NAMESPACE);
    }

    void stopOperator() {
        if (operator != null) {
            operator.close();
            operator = null;
        }
    }

    static PodProfile profile(String version) {
        return new PodProfile(
                new PodProfile.Images(
                        "localhost/storage-pod:" + version,
                        "localhost/vnet:" + version,
                        "IfNotPresent"),
                new PodProfile.Resources(
                        new ResourceRequirementsBuilder()
                                .withRequests(Map.of("memory", new Quantity("192Mi")))
                                .build(),
                        new ResourceRequirementsBuilder()
                                .withRequests(Map.of("memory", new Quantity("128Mi")))
                                .build()),
                new PodProfile.Ports(7400, 7410, 7480, 20_000, 23_999),
                URI.create("https://dispersive-operator.dispersive-system.svc:8443"),
                "dispersive-authority",
                null,
                List.of());
    }

    @Override
    public void restartOperator(Template template) {
        stopOperator();
        startOperator(
                switch (template) {
                    case USUAL -> "1";
                    case OTHER -> "2";
                    case WITHOUT_IMAGE -> NOWHERE;
                });
    }

    @Override
    public void loseDisk(String pod) {
        stores.wipe(pod);
        client.persistentVolumeClaims().inNamespace(NAMESPACE).withName("store-" + pod).delete();
        client.pods().inNamespace(NAMESPACE).withName(pod).delete();
    }

    @Override
    public void suspendServer() {
        server.suspend();
    }

    @Override
    public void resumeServer() {
        server.resume();
    }

    /** What the operator has asked the API server for. */
    Calls calls() {
        return calls;
    }

    ApiServer server() {
        return server;
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public String namespace() {
        return NAMESPACE;
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    HollowNodes nodes() {
        return nodes;
    }

    FakeStores stores() {
        return stores;
    }

    /** Ends one test without a trace. */
    @Override
    public void clean() {
        var volumes = client.resources(DispersiveVolume.class).inNamespace(NAMESPACE);
        var pools = client.resources(DispersivePool.class).inNamespace(NAMESPACE);
        volumes.list().getItems().forEach(this::release);
        volumes.delete();
        pools.delete();
        eventually()
                .untilAsserted(() -> {
                    assertThat(volumes.list().getItems()).isEmpty();
                    assertThat(pools.list().getItems()).isEmpty();
                    assertThat(client.pods().inNamespace(NAMESPACE).list().getItems()).isEmpty();
                });
        client.persistentVolumeClaims().inNamespace(NAMESPACE).delete();
        client.v1().events().inNamespace(NAMESPACE).delete();
    }

    @Override
    public void close() {
        stopOperator();
        nodes.close();
        operatorClient.close();
        client.close();
        server.close();
    }
}
