package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.reconcile.VolumeFounding.Outcome;
import storage.dispersive.operator.status.Hindrance;

/**
 * Sees to it that a volume is founded once all of its storage pods serve.
 *
 * @param rows tells how storage pods are
 */
record VolumeFoundations(VolumeFounding founding, PortionRows rows) {

    /**
     * What there is then.
     *
     * @param hindrance why it is not founded, or why storage pods do not serve
     */
    record Founded(DispersiveVolume volume, Optional<Hindrance> hindrance) {}

    /**
     * Founds a volume if it can be founded now.
     *
     * @param pods one of each portion
     * @param hindrance why they do not all serve
     */
    Founded lay(
            DispersiveVolume volume,
            Context<DispersiveVolume> context,
            List<Portion> pods,
            Optional<Hindrance> hindrance) {
        boolean allServe = pods.stream().allMatch(it -> it.state() == Portion.State.SERVING);
        if (Volumes.isFounded(volume) || hindrance.isPresent() || !allServe) {
            return new Founded(volume, hindrance);
        }
        var latest = new AtomicReference<>(volume);
        Outcome outcome =
                founding.found(
                        volume,
                        pods,
                        change ->
                                latest.updateAndGet(read ->
                                        StatusWriter.write(
                                                read,
                                                context,
                                                DispersiveVolumeStatus.NONE,
                                                change)));
        return switch (outcome) {
            case Outcome.Founded(DispersiveVolume founded) ->
                    new Founded(founded, Optional.empty());
            case Outcome.NotYet(String why) ->
                    new Founded(
                            latest.get(), Optional.of(Hindrance.passing("FoundingFailed", why)));
        };
    }
}
