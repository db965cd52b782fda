package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.enrolment.VolumeName;
import storage.dispersive.portion.VolumeId;

/** Volumes as the operator founds them and the CSI driver attaches them. */
final class AttachedVolumes {

    private static final Path DEFINITION =
            Path.of("../charts/dispersive/crds/dispersivevolumes.yaml");

    private final KubernetesClient client;
    private final String namespace;

    AttachedVolumes(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Once for each API server. */
    static void define(KubernetesClient client) {
        try {
            var definition = client.resource(Files.readString(DEFINITION));
            if (definition.get() == null) {
                definition.create();
                definition.waitUntilCondition(
                        it -> it != null && it.toString().contains("type=Established"),
                        1,
                        TimeUnit.MINUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VolumeName name(String volume) {
        return new VolumeName(namespace, volume);
    }

    /** One that is not founded. */
    DispersiveVolume create(String name) {
        return client.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersiveVolume
                                metadata: {name: %s, namespace: %s}
                                spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1}}
                                """
                                        .formatted(name, namespace),
                                DispersiveVolume.class))
                .create();
    }

    /** One that is founded, and attached to a node. */
    VolumeId attached(String name, String node) {
        create(name);
        VolumeId id = VolumeId.of(UUID.randomUUID());
        write(name, status(id, 3, new Attachment(1, node, null, null)));
        return id;
    }

    /** As if it was founded so far only. */
    void founded(VolumeId id, String name, int portionsWithIncarnation, String node) {
        write(name, status(id, portionsWithIncarnation, new Attachment(1, node, null, null)));
    }

    void attach(String name, @Nullable Attachment attachment) {
        DispersiveVolume volume = volume(name);
        write(
                name,
                status(
                        VolumeId.parse(Objects.requireNonNull(volume.getStatus().volumeId())),
                        3,
                        attachment));
    }

    void delete(String name) {
        var _ = client.resource(volume(name)).delete();
    }

    private DispersiveVolume volume(String name) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private void write(String name, DispersiveVolumeStatus status) {
        DispersiveVolume volume = volume(name);
        volume.setStatus(status);
        client.resource(volume).updateStatus();
    }

    private static DispersiveVolumeStatus status(
            VolumeId id, int known, @Nullable Attachment attachment) {
        List<Portion> portions =
                IntStream.range(0, 3)
                        .mapToObj(i -> {
                            Portion portion = Portion.unknown(i, "dv-photos-" + i);
                            return i < known ? portion.admitted("%016x".formatted(i), 1L) : portion;
                        })
                        .toList();
        return new DispersiveVolumeStatus(
                null, null, id.toString(), null, null, null, null, attachment, portions, null);
    }
}
