package storage.dispersive.csi.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.api.v1alpha1.Isolation;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.node.Descriptions;
import storage.dispersive.csi.node.FormatRecords;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.mounter.FormatState;

/** What a node reads and writes of DispersiveVolumes. Safe for use by many threads. */
public final class NodeResources implements Descriptions, FormatRecords {

    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int MAX_TRIES = 16;

    private final KubernetesClient client;
    private final NodeName node;
    private final Ways ways;

    /**
     * How an engine of this node reaches storage pods.
     *
     * @param sidecar the socket of the sidecar beside the engine, as the engine finds it
     * @param ports where storage pods listen
     */
    public record Ways(String sidecar, Ports ports) {}

    /**
     * Where storage pods listen.
     *
     * @param administration of the pod itself
     * @param control of its sidecar
     */
    public record Ports(int administration, int control) {}

    public NodeResources(KubernetesClient client, NodeName node, Ways ways) {
        this.client = client;
        this.node = node;
        this.ways = ways;
    }

    private Resource<DispersiveVolume> resource(VolumeHandle handle) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(handle.namespace())
                .withName(handle.name());
    }

    private Outcome<DispersiveVolume> find(VolumeHandle handle) {
        try {
            DispersiveVolume found = resource(handle).get();
            return found == null
                    ? Outcome.refused(new Refusal.Missing("there is no DispersiveVolume " + handle))
                    : Outcome.done(found);
        } catch (KubernetesClientException e) {
            return Outcome.refused(ApiFailure.exception(e).why());
        }
    }

    @Override
    public Outcome<Described> describe(VolumeHandle volume, Attachment attachment) {
        return switch (find(volume)) {
            case Outcome.Refused<DispersiveVolume>(Refusal why) -> Outcome.refused(why);
            case Outcome.Done<DispersiveVolume>(DispersiveVolume found)
                    when found.getSpec().encryption().key() == Encryption.Key.SECRET ->
                    Outcome.refused(
                            new Refusal.Hindered(
                                    "the volume's key is in a Secret, which this version cannot"
                                            + " bring to a node; make a volume with a dispersed"
                                            + " key"));
            case Outcome.Done<DispersiveVolume>(DispersiveVolume found) ->
                    described(found, attachment)
                            .map(Outcome::done)
                            .orElseGet(() ->
                                    Outcome.refused(
                                            new Refusal.NotYet(
                                                    "the volume cannot be used yet: "
                                                            + why(found))));
        };
    }

    private static String why(DispersiveVolume volume) {
        return HealthReading.read(volume).condition().text();
    }

    /** Empty unless all of its storage pods have their portion. */
    private Optional<Described> described(DispersiveVolume volume, Attachment attachment) {
        DispersiveVolumeStatus status =
                Objects.requireNonNullElse(volume.getStatus(), DispersiveVolumeStatus.NONE);
        String id = status.volumeId();
        List<Portion> portions = Objects.requireNonNullElse(status.portions(), List.of());
        if (id == null
                || status.capacity() == null
                || portions.isEmpty()
                || portions.stream().anyMatch(it -> it.incarnation() == null)) {
            return Optional.empty();
        }
        ByteSize size = ResourceReading.size(status.capacity());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("volumeId", id)
                .put("name", name(volume))
                .put("sizeBytes", size.bytes())
                .put("data", volume.getSpec().dispersal().data())
                .put("redundancy", volume.getSpec().dispersal().redundancy())
                .put("key", "Dispersed")
                .put("isolation", isolation(volume))
                .put("generation", attachment.generation());
        if (volume.getSpec().network().isolation() == Isolation.ISOLATED) {
            json.put("sidecar", ways.sidecar());
        }
        var list = json.putArray("portions");
        portions.forEach(it -> list.add(described(volume, it)));
        return Optional.of(
                new Described(new Described.Id(id), size, new Described.Json(json.toString())));
    }

    private static String name(DispersiveVolume volume) {
        return volume.getMetadata().getNamespace() + "/" + volume.getMetadata().getName();
    }

    private static String isolation(DispersiveVolume volume) {
        return switch (volume.getSpec().network().isolation()) {
            case ISOLATED -> "Isolated";
            case SHARED -> "Shared";
        };
    }

    /** By its name, as its address changes whenever it is made anew. */
    private ObjectNode described(DispersiveVolume volume, Portion portion) {
        String namespace = volume.getMetadata().getNamespace();
        String set = portion.pod().substring(0, portion.pod().lastIndexOf('-'));
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", portion.index())
                .put("pod", portion.pod() + "." + namespace)
                .put("host", portion.pod() + "." + set + "." + namespace + ".svc")
                .put("administrationPort", ways.ports().administration())
                .put("controlPort", ways.ports().control())
                .put("incarnation", portion.incarnation())
                .put("admittedFromSeq", portion.admittedFromSeq());
    }

    @Override
    public Outcome<FormatState> stateOf(VolumeHandle volume) {
        return switch (find(volume)) {
            case Outcome.Refused<DispersiveVolume>(Refusal why) -> Outcome.refused(why);
            case Outcome.Done<DispersiveVolume>(DispersiveVolume found) ->
                    Outcome.done(state(found));
        };
    }

    private static FormatState state(DispersiveVolume volume) {
        return switch (volume.getStatus() == null ? null : volume.getStatus().format()) {
            case null -> FormatState.NEVER;
            case BEGUN -> FormatState.BEGUN;
            case DONE -> FormatState.DONE;
        };
    }

    @Override
    public Outcome<FormatState> advance(
            VolumeHandle handle, Attachment attachment, FormatState next) {
        for (int i = 0; i < MAX_TRIES; i++) {
            switch (find(handle)) {
                case Outcome.Refused<DispersiveVolume>(Refusal why) -> {
                    return Outcome.refused(why);
                }
                case Outcome.Done<DispersiveVolume>(DispersiveVolume found) -> {
                    if (!isHere(found, attachment)) {
                        return Outcome.refused(
                                new Refusal.Hindered(
                                        "the volume is not attached to this node any more"));
                    }
                    if (state(found).compareTo(next) >= 0) {
                        return Outcome.done(state(found));
                    }
                    Optional<Outcome<FormatState>> written = write(handle, found, next);
                    if (written.isPresent()) {
                        return written.get();
                    }
                }
            }
        }
        return Outcome.refused(
                new Refusal.Busy("others change the volume all the time; try again"));
    }

    private boolean isHere(DispersiveVolume volume, Attachment attachment) {
        var now = volume.getStatus() == null ? null : volume.getStatus().attachment();
        return now != null
                && now.generation() == attachment.generation()
                && node.text().equals(now.node());
    }

    /** Empty if somebody was faster. */
    private Optional<Outcome<FormatState>> write(
            VolumeHandle handle, DispersiveVolume seen, FormatState next) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata")
                .put("uid", seen.getMetadata().getUid())
                .put("resourceVersion", seen.getMetadata().getResourceVersion());
        patch.putObject("status").put("format", word(next));
        try {
            var _ = resource(handle).subresource("status").patch(MERGE, patch.toString());
            return Optional.of(Outcome.done(next));
        } catch (KubernetesClientException e) {
            return ApiFailure.isConflict(e) || ApiFailure.isMissing(e)
                    ? Optional.empty()
                    : Optional.of(Outcome.refused(ApiFailure.exception(e).why()));
        }
    }

    private static @Nullable String word(FormatState state) {
        return switch (state) {
            case NEVER -> null;
            case BEGUN -> "Begun";
            case DONE -> "Done";
        };
    }
}
