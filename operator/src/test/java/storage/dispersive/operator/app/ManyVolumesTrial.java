package storage.dispersive.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.operator.reconcile.HollowNodes;

/**
 * The operator's process with many volumes, against an API server, etcd and controllers without
 * kubelets: what it asks for, how long it takes and what it needs. Run by scripts/many-volumes, as
 * it takes an hour; docs/scale.md has what it said.
 */
class ManyVolumesTrial {

    private static final int VOLUMES = Integer.getInteger("many.volumes", 500);
    private static final int NODES = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @BeforeAll
    static void rehearse() throws Exception {
        OperatorProcess.rehearse();
    }

    @Test
    void volumesWhoseStoragePodsNobodyMakes() throws Exception {
        try (ApiServer server = ApiServer.startAudited(Installation.USER);
                KubernetesClient admin = server.client();
                Measurement measured = begin(server, admin)) {
            create(admin, "");
            measured.reach("until all objects are there", () -> areMade(admin));
            measured.awaitQuiet();
            measured.phase("made");
            measured.rest();
            measured.print(VOLUMES + " volumes of 2 + 1 without controllers: no pod is ever made");
        }
    }

    @Test
    void volumesWithStoragePodsOfTheirOwn() throws Exception {
        try (ApiServer server = ApiServer.startAudited(Installation.USER);
                KubernetesClient admin = server.client();
                Measurement measured = begin(server, admin);
                HollowStores stores = HollowStores.of(admin)) {
            server.startControllers();
            try (HollowNodes _ = HollowNodes.start(admin, NODES, stores::begin)) {
                create(admin, "");
                measured.reach("until all objects are there", () -> areMade(admin));
                live(admin, measured);
            }
            measured.print(VOLUMES + " volumes of 2 + 1 with three storage pods each");
        }
    }

    @Test
    void volumesInAPool() throws Exception {
        try (ApiServer server = ApiServer.startAudited(Installation.USER);
                KubernetesClient admin = server.client();
                Measurement measured = begin(server, admin);
                HollowStores stores = HollowStores.of(admin)) {
            server.startControllers();
            try (HollowNodes _ = HollowNodes.start(admin, NODES, stores::begin)) {
                admin.resource(
                                Serialization.unmarshal(
                                        """
                                        apiVersion: dispersive.storage/v1alpha1
                                        kind: DispersivePool
                                        metadata: {name: shared, namespace: volumes}
                                        spec: {pods: 8, storage: {size: 1Ti}}
                                        """,
                                        DispersivePool.class))
                        .create();
                create(admin, ", poolRef: {name: shared}");
                live(admin, measured);
            }
            measured.print(VOLUMES + " volumes of 2 + 1 in a pool of 8 storage pods");
        }
    }

    private static Measurement begin(ApiServer server, KubernetesClient admin)
            throws IOException, InterruptedException {
        Installation installation = Installation.in(admin);
        admin.resource(
                        new StorageClassBuilder()
                                .withNewMetadata()
                                .withName("hollow")
                                .addToAnnotations(
                                        "storageclass.kubernetes.io/is-default-class", "true")
                                .endMetadata()
                                .withProvisioner("example.com/hollow")
                                .withAllowVolumeExpansion(true)
                                .build())
                .create();
        Measurement measured = new Measurement(server, installation);
        await().atMost(PATIENCE)
                .until(() ->
                        admin.secrets()
                                        .inNamespace(Installation.SYSTEM)
                                        .withName(Installation.AUTHORITY)
                                        .get()
                                != null);
        measured.awaitQuiet();
        measured.phase("start");
        measured.memory("without volumes");
        measured.begin();
        return measured;
    }

    private static void create(KubernetesClient admin, String more) {
        for (int number = 0; number < VOLUMES; number++) {
            admin.resource(
                            Serialization.unmarshal(
                                    """
                                    apiVersion: dispersive.storage/v1alpha1
                                    kind: DispersiveVolume
                                    metadata: {name: volume-%d, namespace: volumes}
                                    spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1}%s}
                                    """
                                            .formatted(number, more),
                                    DispersiveVolume.class))
                    .create();
        }
    }

    private static boolean areMade(KubernetesClient admin) {
        return List.of(
                        ServiceAccount.class,
                        io.fabric8.kubernetes.api.model.Service.class,
                        NetworkPolicy.class,
                        PodDisruptionBudget.class,
                        StatefulSet.class)
                .stream()
                .allMatch(it -> count(admin, it) == VOLUMES);
    }

    private static int count(KubernetesClient admin, Class<? extends HasMetadata> type) {
        return admin.resources(type)
                .inNamespace(Installation.VOLUMES)
                .withLabel("app.kubernetes.io/managed-by", "dispersive-operator")
                .list()
                .getItems()
                .size();
    }

    /** From volumes that were just made to an operator that was started anew. */
    private static void live(KubernetesClient admin, Measurement measured) throws Exception {
        try (SharedIndexInformer<DispersiveVolume> volumes =
                admin.resources(DispersiveVolume.class).inAnyNamespace().inform()) {
            measured.reach("until all volumes are ready", () -> areAll(volumes, "Ready"));
            measured.awaitQuiet();
            measured.phase("made");
            measured.rest();
            change(admin, measured);
            measured.restart();
            assertThat(areAll(volumes, "Ready")).isTrue();
        }
    }

    private static void change(KubernetesClient admin, Measurement measured) throws IOException {
        admin.resources(DispersiveVolume.class)
                .inNamespace(Installation.VOLUMES)
                .withName("volume-7")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"size\":\"2Gi\"}}");
        measured.awaitQuiet();
        measured.phase("one volume grows");
        String set = count(admin, StatefulSet.class) == 1 ? "dpool-shared" : "dv-volume-8";
        admin.network()
                .v1()
                .networkPolicies()
                .inNamespace(Installation.VOLUMES)
                .withName(set)
                .delete();
        measured.awaitQuiet();
        measured.phase("one object deleted by hand");
        admin.pods()
                .inNamespace(Installation.VOLUMES)
                .withName(set + "-0")
                .editStatus(pod ->
                        new PodBuilder(pod)
                                .editStatus()
                                .editMatchingCondition(it -> it.getType().equals("Ready"))
                                .withStatus("False")
                                .endCondition()
                                .endStatus()
                                .build());
        measured.awaitQuiet();
        measured.phase("one pod not ready, then ready");
    }

    private static boolean areAll(SharedIndexInformer<DispersiveVolume> volumes, String type) {
        Predicate<DispersiveVolume> is =
                volume ->
                        Optional.ofNullable(volume.getStatus()).map(it -> it.conditions()).stream()
                                .flatMap(List<Condition>::stream)
                                .anyMatch(it ->
                                        it.type().equals(type)
                                                && it.status() == Condition.Truth.TRUE);
        List<DispersiveVolume> known = Objects.requireNonNull(volumes.getStore().list());
        return known.size() == VOLUMES && known.stream().allMatch(is);
    }
}
