package storage.dispersive.clustertests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/**
 * A cluster with an operator, whatever it is made of: three nodes or more, a StorageClass {@link
 * #STANDARD} whose claims cannot grow and {@link #LIMITED} whose can, both bound where the first
 * pod runs. Used by one thread, as the only user.
 */
public abstract class OperatedCluster {

    public static final String STANDARD = "standard";
    public static final String LIMITED = "limited";
    public static final String IS_DEFAULT = "storageclass.kubernetes.io/is-default-class";

    /** What an operator makes storage pods of. */
    public enum Template {
        USUAL,
        /** Another one that works as well. */
        OTHER,
        /** With an image that is nowhere. */
        WITHOUT_IMAGE
    }

    /** As an administrator. */
    public abstract KubernetesClient client();

    /** Where storage pods may be. */
    public abstract String namespace();

    /** After which what has not come will not come. */
    public abstract Duration patience();

    /** Starts the operator anew, as it is when somebody upgrades it. */
    public abstract void restartOperator(Template template);

    /** Deletes a storage pod with its claim. */
    public abstract void loseDisk(String pod);

    /** The API server answers nobody from now on, and ends no connection. */
    public abstract void suspendServer();

    public abstract void resumeServer();

    /** Deletes what tests made, claims included. */
    public abstract void clean();

    /** Waits as long as this cluster may take. */
    public ConditionFactory eventually() {
        return Awaitility.await().atMost(patience()).pollInterval(Duration.ofMillis(300));
    }

    /** Applies a volume, with more of its spec in YAML's flow style. */
    public DispersiveVolume volume(String name, String spec) {
        return client().resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersiveVolume
                                metadata: {name: %s, namespace: %s}
                                spec: {size: 1Gi, %s}
                                """
                                        .formatted(name, namespace(), spec),
                                DispersiveVolume.class))
                .create();
    }

    /** Of its own, on a StorageClass. */
    public DispersiveVolume volume(String name, int data, int redundancy, String storageClass) {
        return volume(
                name,
                "dispersal: {data: %d, redundancy: %d}, storage: {storageClassName: %s}"
                        .formatted(data, redundancy, storageClass));
    }

    /** 4 + 2, such that three nodes are enough. */
    public DispersiveVolume wide(String name, String storageClass) {
        return volume(
                name,
                "dispersal: {data: 4, redundancy: 2}, placement: {portionsPerDomain: 2},"
                        + " storage: {storageClassName: %s}".formatted(storageClass));
    }

    /** In a pool. */
    public DispersiveVolume pooled(String name, int data, int redundancy, String pool) {
        return volume(
                name,
                "dispersal: {data: %d, redundancy: %d}, poolRef: {name: %s}"
                        .formatted(data, redundancy, pool));
    }

    /** Applies a pool, with more of its spec in YAML's flow style. */
    public DispersivePool pool(String name, String spec) {
        return client().resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersivePool
                                metadata: {name: %s, namespace: %s}
                                spec: {storage: {size: 10Gi, storageClassName: standard}, %s}
                                """
                                        .formatted(name, namespace(), spec),
                                DispersivePool.class))
                .create();
    }

    public DispersiveVolume volume(String name) {
        return client().resources(DispersiveVolume.class)
                .inNamespace(namespace())
                .withName(name)
                .require();
    }

    public DispersivePool pool(String name) {
        return client().resources(DispersivePool.class)
                .inNamespace(namespace())
                .withName(name)
                .require();
    }

    public static Optional<Condition> condition(DispersiveVolume volume, String type) {
        return volume.getStatus() == null
                ? Optional.empty()
                : find(volume.getStatus().conditions(), type);
    }

    public static Optional<Condition> condition(DispersivePool pool, String type) {
        return pool.getStatus() == null
                ? Optional.empty()
                : find(pool.getStatus().conditions(), type);
    }

    private static Optional<Condition> find(@Nullable List<Condition> conditions, String type) {
        return Objects.requireNonNullElse(conditions, List.<Condition>of()).stream()
                .filter(it -> it.type().equals(type))
                .findFirst();
    }

    public static List<Portion> portions(DispersiveVolume volume) {
        return volume.getStatus() == null
                ? List.of()
                : Objects.requireNonNullElse(volume.getStatus().portions(), List.of());
    }

    public DispersivePool awaitPool(String name, String type, String reason) {
        eventually()
                .untilAsserted(() -> {
                    DispersivePool pool = pool(name);
                    assertThat(condition(pool, type).map(Condition::reason))
                            .as("%s of %s", type, Serialization.asYaml(pool))
                            .hasValue(reason);
                });
        return pool(name);
    }

    public DispersiveVolume awaitReady(String name) {
        return awaitCondition(name, "Ready", "Serving");
    }

    /** All its storage pods serve, and have said what they hold. */
    public DispersiveVolume awaitWhole(String name) {
        return awaitCondition(name, "Degraded", "AllServe");
    }

    /** Waits until a condition of a volume has a reason, for the generation that there is. */
    public DispersiveVolume awaitCondition(String name, String type, String reason) {
        eventually()
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

    /** Waits until a volume says why it is not ready, and what to do. */
    public void awaitTold(String volume, String reason, String whatToDo) {
        DispersiveVolume told = awaitCondition(volume, "Ready", reason);
        assertThat(condition(told, "Ready").orElseThrow().message()).contains(whatToDo);
    }

    /** Who uses a volume from now on, as its node plugin says it. */
    public void attach(DispersiveVolume volume, String node) {
        var before = volume.getStatus().attachment();
        patchAttachment(
                volume,
                "{\"generation\":%d,\"node\":\"%s\",\"since\":\"2026-01-01T00:00:00Z\"}"
                        .formatted(before == null ? 1 : before.generation() + 1, node));
    }

    /** No node uses it any more. */
    public void release(DispersiveVolume volume) {
        if (volume.getStatus() != null && volume.getStatus().attachment() != null) {
            patchAttachment(volume, "{\"node\":null,\"since\":null}");
        }
    }

    private void patchAttachment(DispersiveVolume volume, String attachment) {
        client().resource(volume)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"attachment\":" + attachment + "}}");
    }

    public void delete(String volume) {
        client().resources(DispersiveVolume.class)
                .inNamespace(namespace())
                .withName(volume)
                .delete();
    }

    public void awaitGone(String volume) {
        eventually()
                .untilAsserted(() ->
                        assertThat(
                                        client().resources(DispersiveVolume.class)
                                                .inNamespace(namespace())
                                                .withName(volume)
                                                .get())
                                .isNull());
    }

    public List<Pod> pods() {
        return client().pods().inNamespace(namespace()).list().getItems();
    }

    public Pod pod(String name) {
        return client().pods().inNamespace(namespace()).withName(name).require();
    }
}
