package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.status.FoundedVolume;
import storage.dispersive.operator.status.VolumeFindings.Founding;

/** What is read from a volume in several places. */
final class Volumes {

    private Volumes() {}

    /** Whether its storage pods have made room for it, and who they are is recorded. */
    static boolean isFounded(DispersiveVolume volume) {
        return FoundedVolume.of(volume).isPresent();
    }

    static Founding founding(DispersiveVolume volume) {
        return isFounded(volume) ? Founding.DONE : Founding.TO_COME;
    }

    /** The recorded storage pods, by index. */
    static List<Portion> recorded(DispersiveVolume volume) {
        return volume.getStatus() == null
                ? List.of()
                : Objects.requireNonNullElse(volume.getStatus().portions(), List.of());
    }

    /** What would be lost if only so many portions of a founded volume were left. */
    static Optional<String> lossWith(long left, DispersiveVolume volume) {
        int needed = volume.getSpec().dispersal().data();
        return left >= needed
                ? Optional.empty()
                : Optional.of(
                        "of volume "
                                + volume.getMetadata().getName()
                                + " only "
                                + left
                                + " other portions can be read, and "
                                + needed
                                + " are needed; bring other storage pods or their nodes back first,"
                                + " or restore the volume from a backup");
    }

    /** Portions on disks that are not the ones that were admitted. */
    static long lost(DispersiveVolume volume) {
        return recorded(volume).stream().filter(it -> it.state() == Portion.State.WIPED).count();
    }

    /** The pool that it names. */
    static Optional<ResourceID> pool(DispersiveVolume volume) {
        return Optional.ofNullable(volume.getSpec().poolRef())
                .map(it -> new ResourceID(it.name(), volume.getMetadata().getNamespace()));
    }

    static boolean isAttached(DispersiveVolume volume) {
        return volume.getStatus() != null
                && volume.getStatus().attachment() != null
                && volume.getStatus().attachment().node() != null;
    }
}
