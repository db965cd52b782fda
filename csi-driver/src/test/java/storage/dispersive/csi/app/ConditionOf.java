package storage.dispersive.csi.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;

/** Puts conditions into a status as an operator does. */
final class ConditionOf {

    private ConditionOf() {}

    /** The same status, in which this condition takes the place of the one of its type. */
    static DispersiveVolumeStatus added(
            @Nullable DispersiveVolumeStatus status, Condition condition) {
        DispersiveVolumeStatus before =
                Objects.requireNonNullElse(status, DispersiveVolumeStatus.NONE);
        List<Condition> conditions =
                new ArrayList<>(Objects.requireNonNullElse(before.conditions(), List.of()));
        conditions.removeIf(it -> it.type().equals(condition.type()));
        conditions.add(condition);
        return new DispersiveVolumeStatus(
                before.observedGeneration(),
                conditions,
                before.volumeId(),
                before.capacity(),
                before.used(),
                before.claim(),
                before.mayBeMissing(),
                before.attachment(),
                before.portions(),
                before.connections(),
                before.format());
    }
}
