package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.operator.pods.PodAccount;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.pods.PodSet;
import storage.dispersive.operator.pods.StorageStatefulSet;

/**
 * The storage pods of a volume or a pool, as the operator and Kubernetes' controllers make them.
 */
final class SetInCluster {

    static final int SIZE = 6;

    private final KubernetesClient client;
    private final String namespace;
    private StatefulSet set;

    private SetInCluster(KubernetesClient client, String namespace, PodSet wanted) {
        this.client = client;
        this.namespace = namespace;
        client.resource(PodAccount.of(wanted)).create();
        this.set =
                client.resource(StorageStatefulSet.of(wanted, profile(), Optional.empty()))
                        .create();
    }

    static SetInCluster ofVolume(KubernetesClient client, String namespace, String name) {
        return new SetInCluster(
                client, namespace, PodSet.of(volume(namespace, name)).orElseThrow());
    }

    static SetInCluster ofPool(KubernetesClient client, String namespace, String name) {
        return new SetInCluster(client, namespace, PodSet.of(pool(namespace, name)));
    }

    private static DispersivePool pool(String namespace, String name) {
        return Serialization.unmarshal(
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersivePool
                metadata: {name: %s, namespace: %s, uid: %s}
                spec: {pods: 3, storage: {size: 10Gi}, reclaimPolicy: Retain,
                       isolation: Isolated,
                       placement: {topologyKey: rack, whenUnsatisfiable: ScheduleAnyway}}
                """
                        .formatted(name, namespace, UUID.randomUUID()),
                DispersivePool.class);
    }

    private static DispersiveVolume volume(String namespace, String name) {
        return Serialization.unmarshal(
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersiveVolume
                metadata: {name: %s, namespace: %s, uid: %s}
                spec: {size: 1Gi, dispersal: {data: 4, redundancy: 2}, reclaimPolicy: Retain,
                       encryption: {key: Dispersed}, network: {isolation: Isolated}}
                """
                        .formatted(name, namespace, UUID.randomUUID()),
                DispersiveVolume.class);
    }

    private static PodProfile profile() {
        ResourceRequirements none = new ResourceRequirements();
        none.setRequests(Map.of("memory", new Quantity("64Mi")));
        return new PodProfile(
                new PodProfile.Images("localhost/storage-pod:1", "localhost/vnet:1", "Never"),
                new PodProfile.Resources(none, none),
                new PodProfile.Ports(7400, 7410, 7480, 20_000, 23_999),
                URI.create("https://localhost:8443"),
                "dispersive-authority",
                null,
                List.of());
    }

    String name() {
        return set.getMetadata().getName();
    }

    StatefulSet statefulSet() {
        return set;
    }

    /** Of the first container, which is an upgrade. */
    void useImage(String image) {
        edit(present ->
                new StatefulSetBuilder(present)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editContainer(0)
                        .withImage(image)
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
    }

    void edit(UnaryOperator<StatefulSet> change) {
        set = client.apps().statefulSets().inNamespace(namespace).withName(name()).edit(change);
    }

    OwnerReference owner() {
        return new OwnerReferenceBuilder()
                .withApiVersion("apps/v1")
                .withKind("StatefulSet")
                .withName(name())
                .withUid(set.getMetadata().getUid())
                .withController(true)
                .build();
    }

    /** What the StatefulSet's controller would make. */
    Pod wanted(String podName) {
        return new PodBuilder()
                .withMetadata(set.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withNamespace(namespace)
                .withName(podName)
                .withOwnerReferences(owner())
                .endMetadata()
                .withSpec(set.getSpec().getTemplate().getSpec())
                .editSpec()
                .addNewVolume()
                .withName(StorageStatefulSet.STORE)
                .withNewPersistentVolumeClaim()
                .withClaimName(StorageStatefulSet.STORE + "-" + podName)
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build();
    }

    Pod create(int ordinal) {
        return client.resource(wanted(name() + "-" + ordinal)).create();
    }

    Pod create(Pod pod) {
        return client.resource(pod).create();
    }

    /** The token that the kubelet mounts into the container of this kind. */
    String token(Pod pod, Caller.Kind kind) {
        String volume = kind == Caller.Kind.POD ? "pod-identity" : "vnet-identity";
        String audience =
                pod.getSpec().getVolumes().stream()
                        .filter(each -> each.getName().equals(volume))
                        .map(each -> each.getProjected().getSources().getFirst())
                        .map(source -> source.getServiceAccountToken().getAudience())
                        .findFirst()
                        .orElseThrow();
        return token(pod, audience);
    }

    String token(Pod pod, String... audiences) {
        return BoundToken.of(client, pod, audiences);
    }

    String unboundToken(String audience) {
        TokenRequest request =
                new TokenRequestBuilder().withNewSpec().withAudiences(audience).endSpec().build();
        TokenRequest made =
                client.serviceAccounts()
                        .inNamespace(namespace)
                        .withName(name())
                        .tokenRequest(request);
        return Objects.requireNonNull(made.getStatus().getToken());
    }
}
