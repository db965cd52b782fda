package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.operator.pods.PodProfile;

/**
 * A control plane with hollow nodes, this API, a StorageClass {@code standard} that cannot grow
 * claims and {@code growing} that can, and an operator.
 */
final class TriedCluster implements AutoCloseable {

    static final String NAMESPACE = "volumes";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    private static final int NODES = 8;

    private final ApiServer server;
    private final KubernetesClient client;
    private final KubernetesClient operatorClient;
    private final Calls calls = new Calls();
    private final HollowNodes nodes;
    private final FakeStores stores = new FakeStores();
    private @Nullable TriedOperator operator;

    private TriedCluster(ApiServer server, KubernetesClient client, HollowNodes nodes) {
        this.server = server;
        this.client = client;
        this.operatorClient = server.client(it -> it.addOrReplaceInterceptor("calls", calls));
        this.nodes = nodes;
    }

    static TriedCluster start() {
        ApiServer server = ApiServer.start();
        server.startControllers();
        KubernetesClient client = server.client();
        for (String definition : List.of("dispersivevolumes", "dispersivepools")) {
            client.resource(read("../charts/dispersive/crds/" + definition + ".yaml")).create();
        }
        TriedCluster cluster = new TriedCluster(server, client, HollowNodes.start(client, NODES));
        cluster.namespace(NAMESPACE);
        cluster.storageClass("standard", it -> it);
        cluster.storageClass("growing", it -> it.withAllowVolumeExpansion(true));
        cluster.storageClass("pinned", it -> it.withVolumeBindingMode("WaitForFirstConsumer"));
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

    void storageClass(String name, UnaryOperator<StorageClassBuilder> more) {
        client.resource(
                        more.apply(
                                        new StorageClassBuilder()
                                                .withNewMetadata()
                                                .withName(name)
                                                .endMetadata()
                                                .withProvisioner("example.com/hollow"))
                                .build())
                .create();
    }

    void startOperator(String version) {
        operator = TriedOperator.start(operatorClient, stores, profile(version), NAMESPACE);
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

    /** As it is when somebody upgrades it. */
    void restartOperator(String version) {
        stopOperator();
        startOperator(version);
    }

    /** What the operator has asked the API server for. */
    Calls calls() {
        return calls;
    }

    ApiServer server() {
        return server;
    }

    KubernetesClient client() {
        return client;
    }

    HollowNodes nodes() {
        return nodes;
    }

    FakeStores stores() {
        return stores;
    }

    /** Applies a volume, with more of its spec in YAML's flow style. */
    DispersiveVolume volume(String name, String spec) {
        return client.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersiveVolume
                                metadata: {name: %s, namespace: %s}
                                spec: {size: 1Gi, %s}
                                """
                                        .formatted(name, NAMESPACE, spec),
                                DispersiveVolume.class))
                .create();
    }

    /** Of its own, on a StorageClass. */
    DispersiveVolume volume(String name, int data, int redundancy, String storageClass) {
        return volume(
                name,
                "dispersal: {data: %d, redundancy: %d}, storage: {storageClassName: %s}"
                        .formatted(data, redundancy, storageClass));
    }

    /** In a pool. */
    DispersiveVolume pooled(String name, int data, int redundancy, String pool) {
        return volume(
                name,
                "dispersal: {data: %d, redundancy: %d}, poolRef: {name: %s}"
                        .formatted(data, redundancy, pool));
    }

    /** Applies a pool, with more of its spec in YAML's flow style. */
    DispersivePool pool(String name, String spec) {
        return client.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersivePool
                                metadata: {name: %s, namespace: %s}
                                spec: {storage: {size: 10Gi, storageClassName: standard}, %s}
                                """
                                        .formatted(name, NAMESPACE, spec),
                                DispersivePool.class))
                .create();
    }

    DispersiveVolume volume(String name) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    DispersivePool pool(String name) {
        return client.resources(DispersivePool.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    static Optional<Condition> condition(DispersiveVolume volume, String type) {
        return volume.getStatus() == null
                ? Optional.empty()
                : find(volume.getStatus().conditions(), type);
    }

    static Optional<Condition> condition(DispersivePool pool, String type) {
        return pool.getStatus() == null
                ? Optional.empty()
                : find(pool.getStatus().conditions(), type);
    }

    private static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return Objects.requireNonNullElse(conditions, List.<Condition>of()).stream()
                .filter(it -> it.type().equals(type))
                .findFirst();
    }

    DispersivePool awaitPool(String name, String type, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    DispersivePool pool = pool(name);
                    assertThat(condition(pool, type).map(Condition::reason))
                            .as("%s of %s", type, Serialization.asYaml(pool))
                            .hasValue(reason);
                });
        return pool(name);
    }

    /** Who uses a volume, as its node plugin will say it. */
    void attach(String name, @Nullable String node) {
        client.resource(volume(name))
                .editStatus(it -> {
                    DispersiveVolumeStatus was = it.getStatus();
                    it.setStatus(
                            new DispersiveVolumeStatus(
                                    was.observedGeneration(),
                                    was.conditions(),
                                    was.volumeId(),
                                    was.capacity(),
                                    was.used(),
                                    was.claim(),
                                    was.mayBeMissing(),
                                    new Attachment(1, node, null, null),
                                    was.portions(),
                                    was.connections()));
                    return it;
                });
    }

    /** Ends one test without a trace, but for claims that are retained. */
    void clean() {
        var volumes = client.resources(DispersiveVolume.class).inNamespace(NAMESPACE);
        var pools = client.resources(DispersivePool.class).inNamespace(NAMESPACE);
        volumes.delete();
        pools.delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(volumes.list().getItems()).isEmpty();
                    assertThat(pools.list().getItems()).isEmpty();
                    assertThat(client.pods().inNamespace(NAMESPACE).list().getItems()).isEmpty();
                });
        client.persistentVolumeClaims().inNamespace(NAMESPACE).delete();
        client.v1().events().inNamespace(NAMESPACE).delete();
    }

    DispersiveVolume awaitReady(String name) {
        return awaitCondition(name, "Ready", "Serving");
    }

    /** Waits until a condition of a volume has a reason, for the generation that there is. */
    DispersiveVolume awaitCondition(String name, String type, String reason) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    DispersiveVolume volume = volume(name);
                    assertThat(condition(volume, type))
                            .as("%s of %s", type, Serialization.asYaml(volume))
                            .hasValueSatisfying(it -> {
                                assertThat(it.reason()).isEqualTo(reason);
                                assertThat(it.observedGeneration())
                                        .isEqualTo(volume.getMetadata().getGeneration());
                            });
                });
        return volume(name);
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
