package storage.dispersive.operator.identity;

import java.util.Optional;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.enrolment.VolumeName;
import storage.dispersive.operator.status.FoundedVolume;
import storage.dispersive.portion.VolumeId;

/** Which volumes a node may be: those that are attached to it, and no others. */
final class AttachmentCheck {

    private final ClusterView cluster;

    AttachmentCheck(ClusterView cluster) {
        this.cluster = cluster;
    }

    /**
     * What a volume is to storage pods.
     *
     * @param node that asks
     * @throws RefusedException if it may not be that; the message says nothing of other nodes
     */
    VolumeId check(VolumeName name, Optional<String> node) throws RefusedException {
        DispersiveVolume volume =
                cluster.volume(name)
                        .orElseThrow(
                                () -> RefusedException.forbidden("there is no volume " + name));
        FoundedVolume founded =
                FoundedVolume.of(volume)
                        .orElseThrow(() ->
                                RefusedException.forbidden(
                                        "the volume " + name + " is not founded"));
        if (node.isEmpty() || !node.equals(attachedTo(volume))) {
            throw RefusedException.forbidden(
                    "the volume " + name + " is not attached to the node that asks");
        }
        return VolumeId.parse(founded.id());
    }

    private static Optional<String> attachedTo(DispersiveVolume volume) {
        return Optional.ofNullable(volume.getStatus())
                .flatMap(status -> Optional.ofNullable(status.attachment()))
                .map(Attachment::node)
                .filter(node -> !node.isEmpty());
    }
}
