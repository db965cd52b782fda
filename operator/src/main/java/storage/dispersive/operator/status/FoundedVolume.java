package storage.dispersive.operator.status;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;

/**
 * A volume whose storage pods have made room for it, and of which it is recorded who they are.
 *
 * @param id what the storage pods call it
 */
public record FoundedVolume(String id, List<Portion> portions) {

    public FoundedVolume {
        portions = List.copyOf(portions);
    }

    /** Empty as long as it is not founded. */
    public static Optional<FoundedVolume> of(DispersiveVolume volume) {
        DispersiveVolumeStatus status = volume.getStatus();
        if (status == null || status.volumeId() == null) {
            return Optional.empty();
        }
        List<Portion> portions = Objects.requireNonNullElse(status.portions(), List.of());
        boolean isFounded =
                !portions.isEmpty() && portions.stream().allMatch(it -> it.incarnation() != null);
        return isFounded
                ? Optional.of(new FoundedVolume(status.volumeId(), portions))
                : Optional.empty();
    }
}
