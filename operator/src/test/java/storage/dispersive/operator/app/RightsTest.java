package storage.dispersive.operator.app;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.AuditedCall;
import storage.dispersive.apiserver.Right;
import storage.dispersive.operator.reconcile.HollowNodes;
import storage.dispersive.pem.Pem;

/**
 * The operator, as the chart configures it and with the rights that the chart gives it, is refused
 * nothing; and it has no right that it does not use. Storage pods are hollow, so volumes are not
 * founded here.
 */
class RightsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What does not happen here, and where it does. */
    private static final Map<Right, String> USED_ELSEWHERE =
            Map.ofEntries(
                    entry(new Right("get", "", "persistentvolumes"), "MishapsTest: a node is gone"),
                    entry(
                            new Right("delete", "", "persistentvolumeclaims"),
                            "MishapsTest: a claim is given up"),
                    entry(
                            new Right("delete", "", "pods"),
                            "MishapsTest: an image cannot be pulled, and another can"),
                    entry(
                            new Right("update", "coordination.k8s.io", "leases"),
                            "the operator SDK wants it before it begins"),
                    entry(new Right("create", "", "pods/eviction"), "LettingGoTest: a roll"),
                    entry(
                            new Right("get", "dispersive.storage", "dispersivepools"),
                            "when a finalizer conflicts with another change"),
                    entry(
                            new Right(
                                    "update", "dispersive.storage", "dispersivevolumes/finalizers"),
                            "where OwnerReferencesPermissionEnforcement is on"),
                    entry(
                            new Right("update", "dispersive.storage", "dispersivepools/finalizers"),
                            "where OwnerReferencesPermissionEnforcement is on"));

    private static final int IDENTITY_PORT = 18_444;
    private static final URI SERVICE = URI.create("https://localhost:" + IDENTITY_PORT);

    private final Vertx vertx = Vertx.vertx();

    @Test
    void whatTheOperatorMayDoIsWhatItDoes() throws Exception {
        try (ApiServer server = ApiServer.startAudited(Installation.USER);
                KubernetesClient admin = server.client()) {
            server.startControllers();
            Installation installation = Installation.in(admin);
            storageClass(admin);
            try (HollowNodes _ = HollowNodes.start(admin, 4);
                    KubernetesClient client = server.clientWith(installation.token())) {
                live(installation, admin, client);
            }
            List<AuditedCall> calls = server.audit();
            assertThat(calls.stream().filter(it -> it.code() == HttpURLConnection.HTTP_FORBIDDEN))
                    .isEmpty();
            assertThat(unused(installation.rights(), calls))
                    .as("rights that are not used")
                    .isEmpty();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Set<Right> unused(List<Right> rights, List<AuditedCall> calls) {
        Set<Right> unused = new HashSet<>(rights);
        unused.removeAll(Right.usedBy(calls));
        unused.removeAll(USED_ELSEWHERE.keySet());
        return unused;
    }

    private static void storageClass(KubernetesClient admin) {
        admin.resource(
                        new StorageClassBuilder()
                                .withNewMetadata()
                                .withName("growing")
                                .endMetadata()
                                .withProvisioner("example.com/hollow")
                                .withAllowVolumeExpansion(true)
                                .build())
                .create();
    }

    /** What makes an operator ask for something. */
    private void live(Installation installation, KubernetesClient admin, KubernetesClient client)
            throws Exception {
        create(admin);
        try (RunningOperator operator = start(installation, client)) {
            awaitServing(admin);
            await().atMost(PATIENCE).until(() -> operator.whyNoIdentities().isEmpty());
            assertThat(operator.hears()).isTrue();
            certify(admin);
            NodePlugin.in(admin).certify(new AskingPod(admin, SERVICE, Installation.SYSTEM));
            grow(admin);
            rotate(admin);
            delete(admin, DispersiveVolume.class);
            delete(admin, DispersivePool.class);
        }
    }

    /** Pods as Kubernetes makes them are what they should be; one that somebody changed is not. */
    private static void certify(KubernetesClient admin) throws Exception {
        AskingPod pods = new AskingPod(admin, SERVICE, Installation.VOLUMES);
        for (String pod : List.of("dv-own-0", "dpool-shared-2")) {
            assertThat(Pem.readCertificate(pods.ask(pod)).getSubjectAlternativeNames())
                    .singleElement()
                    .asString()
                    .contains("dispersive://pod/" + pod + "." + Installation.VOLUMES);
        }
        admin.pods()
                .inNamespace(Installation.VOLUMES)
                .withName("dv-own-1")
                .edit(it ->
                        new PodBuilder(it)
                                .editSpec()
                                .editFirstContainer()
                                .withImage("localhost/another:1")
                                .endContainer()
                                .endSpec()
                                .build());
        assertThatThrownBy(() -> pods.ask("dv-own-1"))
                .hasMessageContaining("is not as its set makes it");
    }

    private static <T extends HasMetadata> void delete(KubernetesClient admin, Class<T> type) {
        admin.resources(type).inNamespace(Installation.VOLUMES).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        admin.resources(type)
                                .inNamespace(Installation.VOLUMES)
                                .list()
                                .getItems()
                                .isEmpty());
    }

    private static void create(KubernetesClient admin) {
        Stream.of(
                        """
                        apiVersion: dispersive.storage/v1alpha1
                        kind: DispersiveVolume
                        metadata: {name: own, namespace: volumes}
                        spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1},
                               storage: {storageClassName: growing}, reclaimPolicy: Delete}
                        """,
                        """
                        apiVersion: dispersive.storage/v1alpha1
                        kind: DispersiveVolume
                        metadata: {name: pooled, namespace: volumes}
                        spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1},
                               poolRef: {name: shared}}
                        """)
                .map(it -> Serialization.unmarshal(it, DispersiveVolume.class))
                .forEach(it -> admin.resource(it).create());
        admin.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersivePool
                                metadata: {name: shared, namespace: volumes}
                                spec: {pods: 3, storage: {size: 1Gi, storageClassName: growing}}
                                """,
                                DispersivePool.class))
                .create();
    }

    private RunningOperator start(Installation installation, KubernetesClient client)
            throws BadSettingException, IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(installation.environment());
        environment.put("DISPERSIVE_OPERATOR_IDENTITY_PORT", Integer.toString(IDENTITY_PORT));
        environment.put("DISPERSIVE_OPERATOR_IDENTITY_NAMES", "localhost");
        OperatorConfiguration configuration =
                new SmallRyeConfigBuilder()
                        .withMapping(OperatorConfiguration.class)
                        .withSources(new EnvConfigSource(environment, 300))
                        .build()
                        .getConfigMapping(OperatorConfiguration.class);
        return RunningOperator.start(
                OperatorSettings.of(configuration),
                new RunningOperator.Lent(client, vertx, new SimpleMeterRegistry()));
    }

    private static void awaitServing(KubernetesClient admin) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(portions(admin))
                            .hasSize(3)
                            .allMatch(it -> it.state() == Portion.State.SERVING);
                    assertThat(pool(admin).getStatus()).isNotNull();
                    assertThat(pool(admin).getStatus().serving()).isEqualTo(3);
                });
    }

    private static List<Portion> portions(KubernetesClient admin) {
        DispersiveVolume volume =
                admin.resources(DispersiveVolume.class)
                        .inNamespace(Installation.VOLUMES)
                        .withName("own")
                        .require();
        @Nullable List<Portion> portions =
                volume.getStatus() == null ? null : volume.getStatus().portions();
        return Objects.requireNonNullElse(portions, List.of());
    }

    private static DispersivePool pool(KubernetesClient admin) {
        return admin.resources(DispersivePool.class)
                .inNamespace(Installation.VOLUMES)
                .withName("shared")
                .require();
    }

    private static void grow(KubernetesClient admin) {
        admin.resources(DispersiveVolume.class)
                .inNamespace(Installation.VOLUMES)
                .withName("own")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":\"2Gi\"}}");
        await().atMost(PATIENCE)
                .until(() ->
                        admin
                                .persistentVolumeClaims()
                                .inNamespace(Installation.VOLUMES)
                                .list()
                                .getItems()
                                .stream()
                                .filter(it -> it.getMetadata().getName().startsWith("store-dv-own"))
                                .map(RightsTest::requested)
                                .allMatch(it -> it.equals(new Quantity("1536Mi"))));
    }

    private static Quantity requested(PersistentVolumeClaim claim) {
        return Objects.requireNonNull(claim.getSpec().getResources().getRequests().get("storage"));
    }

    private static void rotate(KubernetesClient admin) {
        admin.secrets()
                .inNamespace(Installation.SYSTEM)
                .withName("dispersive-authority")
                .edit(it ->
                        new SecretBuilder(it)
                                .editMetadata()
                                .addToAnnotations("dispersive.storage/rotate", "now")
                                .endMetadata()
                                .build());
        await().atMost(PATIENCE).until(() -> roots(admin) == 2);
    }

    private static int roots(KubernetesClient admin) {
        ConfigMap map =
                admin.configMaps()
                        .inNamespace(Installation.VOLUMES)
                        .withName("dispersive-authority")
                        .require();
        return map.getData().getOrDefault("ca.crt", "").split("BEGIN CERTIFICATE", -1).length - 1;
    }
}
