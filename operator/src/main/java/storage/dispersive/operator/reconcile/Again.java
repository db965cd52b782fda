package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;

/** When a resource is looked at again if no event comes before. */
final class Again {

    /** For what no event tells of: a storage pod that did not answer, a budget that is used up. */
    static final Duration SOON = Duration.ofSeconds(10);

    /** For what somebody must change, and may change where nobody watches. */
    private static final Duration LATER = Duration.ofSeconds(30);

    private Again() {}

    /** What a reconciler answers, which has written all that it had to. */
    static <P extends HasMetadata> UpdateControl<P> control(Optional<Duration> again) {
        UpdateControl<P> control = UpdateControl.noUpdate();
        return again.map(control::rescheduleAfter).orElse(control);
    }

    /** Never, where all is as it should be. */
    static Optional<Duration> after(
            boolean isUnderWay, Optional<Hindrance> hindrance, Growth growth) {
        if (isUnderWay) {
            return Optional.of(SOON);
        }
        return hindrance.isPresent() || growth.state() != Growth.State.DONE
                ? Optional.of(LATER)
                : Optional.empty();
    }
}
