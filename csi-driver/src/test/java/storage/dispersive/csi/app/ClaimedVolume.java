package storage.dispersive.csi.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/**
 * The life of a claim and its volume, in which this does what Kubernetes' own controllers and the
 * operator would, and awaits what driver and sidecars have to do.
 */
final class ClaimedVolume {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HOME = "default";
    private static final String CLAIM = "photos";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient admin;
    private final String namespace;

    /**
     * There is none yet.
     *
     * @param namespace of DispersiveVolumes
     */
    ClaimedVolume(KubernetesClient admin, String namespace) {
        this.admin = admin;
        this.namespace = namespace;
    }

    /** What a cluster has before anybody claims. */
    void prepare() {
        create(
                """
                apiVersion: v1
                kind: Node
                metadata: {name: node-a}
                """);
        create(
                """
                apiVersion: storage.k8s.io/v1
                kind: CSINode
                metadata: {name: node-a}
                spec: {drivers: [{name: csi.dispersive.storage, nodeID: node-a, topologyKeys: []}]}
                """);
        for (String name : List.of("slow", "slower")) {
            create(
                    """
                    apiVersion: storage.k8s.io/v1
                    kind: VolumeAttributesClass
                    metadata: {name: %s}
                    driverName: csi.dispersive.storage
                    parameters: {writeBytesPerSecond: %s}
                    """
                            .formatted(name, name.equals("slow") ? "100Mi" : "10Mi"));
        }
    }

    private void create(String yaml) {
        admin.resource(yaml).create();
    }

    private Resource<PersistentVolumeClaim> claim() {
        return admin.persistentVolumeClaims().inNamespace(HOME).withName(CLAIM);
    }

    private Resource<PersistentVolume> persistentVolume() {
        return admin.persistentVolumes()
                .withName("pvc-" + claim().require().getMetadata().getUid());
    }

    private List<DispersiveVolume> volumes() {
        return admin.resources(DispersiveVolume.class).inNamespace(namespace).list().getItems();
    }

    private DispersiveVolume volume() {
        assertThat(volumes()).hasSize(1);
        return volumes().getFirst();
    }

    /** As the operator says of a volume as it is now. */
    private void say(String condition) {
        DispersiveVolume now = volume();
        admin.resource(now)
                .editStatus(it -> {
                    it.setStatus(
                            ConditionOf.added(
                                    it.getStatus(),
                                    new Condition(
                                            condition,
                                            Condition.Truth.TRUE,
                                            now.getMetadata().getGeneration(),
                                            "2026-11-28T08:00:00Z",
                                            "Said",
                                            "said by a test")));
                    return it;
                });
    }

    void claimIt() {
        create(
                """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata:
                  name: photos
                  namespace: default
                  annotations: {volume.kubernetes.io/storage-provisioner: csi.dispersive.storage}
                spec:
                  storageClassName: dispersive
                  volumeAttributesClassName: slow
                  accessModes: [ReadWriteOnce]
                  resources: {requests: {storage: 1Gi}}
                """);
        await().atMost(PATIENCE).until(() -> !volumes().isEmpty());
        assertThat(Objects.requireNonNull(volume().getSpec().limits()).writeBytesPerSecond())
                .isEqualTo(new Quantity("100Mi"));
        assertThat(volume().getMetadata().getAnnotations())
                .containsEntry("csi.dispersive.storage/claim", "default/photos");
        say("Ready");
        await().atMost(PATIENCE).until(() -> persistentVolume().get() != null);
        bind();
    }

    /** As the controller of claims does. */
    private void bind() {
        String name = persistentVolume().require().getMetadata().getName();
        claim().patch(
                        MERGE,
                        """
                        {"metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
                         "spec": {"volumeName": "%s"}}
                        """
                                .formatted(name));
        claim().subresource("status")
                .patch(
                        MERGE,
                        """
                        {"status": {"phase": "Bound", "capacity": {"storage": "1Gi"},
                         "accessModes": ["ReadWriteOnce"],
                         "currentVolumeAttributesClassName": "slow"}}
                        """);
        phase("Bound");
    }

    private void phase(String phase) {
        persistentVolume()
                .subresource("status")
                .patch(MERGE, "{\"status\": {\"phase\": \"%s\"}}".formatted(phase));
    }

    private Resource<VolumeAttachment> attachment() {
        return admin.storage().v1().volumeAttachments().withName("attached");
    }

    void attach() {
        create(
                """
                apiVersion: storage.k8s.io/v1
                kind: VolumeAttachment
                metadata: {name: attached}
                spec:
                  attacher: csi.dispersive.storage
                  nodeName: node-a
                  source: {persistentVolumeName: %s}
                """
                        .formatted(persistentVolume().require().getMetadata().getName()));
        await().atMost(PATIENCE)
                .until(() -> {
                    var status = attachment().require().getStatus();
                    return status != null && status.getAttached();
                });
        assertThat(attachment().require().getStatus().getAttachmentMetadata())
                .containsEntry("generation", "1");
        assertThat(Objects.requireNonNull(volume().getStatus().attachment()).node())
                .isEqualTo("node-a");
    }

    void grow() {
        claim().patch(MERGE, "{\"spec\": {\"resources\": {\"requests\": {\"storage\": \"2Gi\"}}}}");
        await().atMost(PATIENCE).until(() -> volume().getSpec().size().equals(new Quantity("2Gi")));
        say("Grown");
        await().atMost(PATIENCE)
                .until(() ->
                        new Quantity("2Gi")
                                .equals(
                                        persistentVolume()
                                                .require()
                                                .getSpec()
                                                .getCapacity()
                                                .get("storage")));
    }

    void slowDown() {
        claim().patch(MERGE, "{\"spec\": {\"volumeAttributesClassName\": \"slower\"}}");
        await().atMost(PATIENCE)
                .until(() ->
                        "slower"
                                .equals(
                                        claim().require()
                                                .getStatus()
                                                .getCurrentVolumeAttributesClassName()));
        assertThat(Objects.requireNonNull(volume().getSpec().limits()).writeBytesPerSecond())
                .isEqualTo(new Quantity("10Mi"));
    }

    void detach() {
        var _ = attachment().delete();
        await().atMost(PATIENCE).until(() -> attachment().get() == null);
        assertThat(Objects.requireNonNull(volume().getStatus().attachment()).node()).isNull();
    }

    void delete() {
        Resource<PersistentVolume> persistentVolume = persistentVolume();
        phase("Released");
        unprotect(persistentVolume, "kubernetes.io/pv-protection");
        unprotect(claim(), "kubernetes.io/pvc-protection");
        var _ = claim().delete();
        await().atMost(PATIENCE).until(() -> persistentVolume.get() == null);
        assertThat(volumes()).isEmpty();
    }

    /** As the controllers do that look whether somebody uses a thing. */
    private static <T extends HasMetadata> void unprotect(Resource<T> resource, String finalizer) {
        var _ =
                resource.edit(it -> {
                    it.getMetadata().getFinalizers().remove(finalizer);
                    return it;
                });
    }

    /** Why a claim is not served, for whoever reads a failed test. */
    List<String> events() {
        return admin
                .genericKubernetesResources("v1", "Event")
                .inAnyNamespace()
                .list()
                .getItems()
                .stream()
                .map(GenericKubernetesResource::getAdditionalProperties)
                .map(it -> it.get("reason") + ": " + it.get("message"))
                .toList();
    }
}
