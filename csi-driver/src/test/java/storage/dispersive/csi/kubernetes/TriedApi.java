package storage.dispersive.csi.kubernetes;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolSpec;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Isolation;
import storage.dispersive.api.v1alpha1.Placement;
import storage.dispersive.api.v1alpha1.PoolStorage;
import storage.dispersive.api.v1alpha1.ReclaimPolicy;
import storage.dispersive.api.v1alpha1.WhenUnsatisfiable;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.csi.controller.Layout;
import storage.dispersive.csi.controller.Limits;
import storage.dispersive.csi.controller.StoredVolume.Origin;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.controller.VolumeResources.Claimant;
import storage.dispersive.csi.controller.VolumeResources.NewVolume;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.VolumeHandle;

/** An API server with our definitions, a namespace and a node, and what an operator would write. */
final class TriedApi implements AutoCloseable {

    static final String NAMESPACE = "volumes";

    static final Layout OWN_PODS =
            new Layout(
                    new Layout.Geometry(3, 2),
                    new Layout.OwnPods(
                            new Layout.Claims(Optional.of("fast"), 40),
                            new Layout.Placement(
                                    "topology.kubernetes.io/zone",
                                    Layout.WhenUnsatisfiable.SCHEDULE_ANYWAY,
                                    5)),
                    Layout.Isolation.SHARED,
                    new Layout.Key.InSecret("photos-key"));

    static final Layout IN_POOL =
            new Layout(
                    new Layout.Geometry(4, 2),
                    new Layout.InPool("shared"),
                    Layout.Isolation.ISOLATED,
                    new Layout.Key.Dispersed());

    private final ApiServer server;
    private final KubernetesClient client;

    private TriedApi(ApiServer server) {
        this.server = server;
        this.client = server.client();
    }

    static TriedApi start() {
        TriedApi api = new TriedApi(ApiServer.start());
        for (String definition : List.of("dispersivevolumes", "dispersivepools")) {
            api.client.resource(read("../charts/dispersive/crds/" + definition + ".yaml")).create();
        }
        api.client
                .resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(NAMESPACE)
                                .endMetadata()
                                .build())
                .create();
        api.client
                .resource(
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName("node-a")
                                .endMetadata()
                                .build())
                .create();
        Awaitility.await()
                .ignoreExceptions()
                .until(() ->
                        api.client
                                .resources(DispersiveVolume.class)
                                .inAnyNamespace()
                                .list()
                                .getItems()
                                .isEmpty());
        return api;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KubernetesVolumes volumes() {
        return new KubernetesVolumes(
                client, new KubernetesVolumes.Pools(NAMESPACE), Clock.systemUTC());
    }

    static VolumeHandle handle(String name) {
        return new VolumeHandle(NAMESPACE, name);
    }

    static NewVolume wanted(VolumeHandle handle, Layout layout) {
        return new NewVolume(
                handle,
                new Origin.Created("Photos"),
                new Shape(new ByteSize(1L << 30), layout, Limits.NONE),
                new Claimant("team/pictures"));
    }

    DispersiveVolume resource(VolumeHandle handle) {
        return Objects.requireNonNull(
                client.resources(DispersiveVolume.class)
                        .inNamespace(handle.namespace())
                        .withName(handle.name())
                        .get());
    }

    DispersiveVolumeStatus status(VolumeHandle handle) {
        return Objects.requireNonNull(resource(handle).getStatus());
    }

    /** Says of the resource as it is now. */
    void condition(VolumeHandle handle, String type, Condition.Truth truth, String reason) {
        DispersiveVolume now = resource(handle);
        Condition condition =
                new Condition(
                        type,
                        truth,
                        now.getMetadata().getGeneration(),
                        "2026-11-28T08:00:00Z",
                        reason,
                        "said by a test");
        write(
                handle,
                before -> {
                    List<Condition> conditions =
                            new ArrayList<>(
                                    Objects.requireNonNullElse(before.conditions(), List.of()));
                    conditions.removeIf(it -> it.type().equals(type));
                    conditions.add(condition);
                    return with(before, conditions, before.attachment());
                });
    }

    void attachment(VolumeHandle handle, Attachment attachment) {
        write(
                handle,
                before ->
                        with(
                                before,
                                Objects.requireNonNullElse(before.conditions(), List.of()),
                                attachment));
    }

    private static DispersiveVolumeStatus with(
            DispersiveVolumeStatus before,
            List<Condition> conditions,
            @Nullable Attachment attachment) {
        return new DispersiveVolumeStatus(
                before.observedGeneration(),
                conditions,
                before.volumeId(),
                before.capacity(),
                before.used(),
                before.claim(),
                before.mayBeMissing(),
                attachment,
                before.portions(),
                before.connections(),
                before.format());
    }

    private void write(VolumeHandle handle, UnaryOperator<DispersiveVolumeStatus> change) {
        var _ =
                client.resource(resource(handle))
                        .editStatus(it -> {
                            it.setStatus(
                                    change.apply(
                                            Objects.requireNonNullElse(
                                                    it.getStatus(), DispersiveVolumeStatus.NONE)));
                            return it;
                        });
    }

    void pool(String name, Quantity capacity, Quantity used) {
        DispersivePool pool = new DispersivePool();
        pool.setMetadata(new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
        pool.setSpec(
                new DispersivePoolSpec(
                        6,
                        new PoolStorage(null, new Quantity("1Gi")),
                        new Placement(
                                "kubernetes.io/hostname",
                                WhenUnsatisfiable.DO_NOT_SCHEDULE,
                                1,
                                null,
                                null),
                        Isolation.ISOLATED,
                        null,
                        ReclaimPolicy.DELETE));
        DispersivePool made = client.resource(pool).create();
        made.setStatus(new DispersivePoolStatus(null, null, 6, 0, capacity, used, null));
        var _ = client.resource(made).updateStatus();
    }

    void deleteVolumes() {
        var _ = client.resources(DispersiveVolume.class).inNamespace(NAMESPACE).delete();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
