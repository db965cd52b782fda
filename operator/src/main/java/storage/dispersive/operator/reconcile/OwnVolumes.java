package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.pods.ClaimSize;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.VolumeFindings;
import storage.dispersive.operator.upkeep.Roll;
import storage.dispersive.operator.upkeep.Survival;

/** Volumes with storage pods of their own. */
final class OwnVolumes implements VolumeKeeper {

    private final OwnPods<DispersiveVolume> pods;
    private final VolumeFoundations foundations;

    OwnVolumes(OwnPods<DispersiveVolume> pods, VolumeFoundations foundations) {
        this.pods = pods;
        this.foundations = foundations;
    }

    @Override
    public VolumeFindings bringForward(DispersiveVolume volume, Context<DispersiveVolume> context) {
        Optional<Hindrance> elsewhere = pods.whyNowhere(volume);
        if (elsewhere.isPresent()) {
            return VolumeFindings.hindered(volume, Volumes.founding(volume), elsewhere.get());
        }
        Optional<Hindrance> refused = pods.ensure(volume, context);
        ObservedSet set = pods.observe(volume, context);
        Optional<Hindrance> lost =
                pods.giveUp(volume, set, survival(volume, foundations.rows().own(volume, set)));
        Growth growth = pods.grow(set);
        var founded =
                foundations.lay(
                        volume,
                        context,
                        foundations.rows().own(volume, set),
                        refused.or(() -> lost).or(() -> pods.hindrance(set)));
        List<Portion> rows = foundations.rows().own(founded.volume(), set);
        return new VolumeFindings(
                founded.volume(),
                rows,
                Volumes.founding(founded.volume()),
                founded.hindrance(),
                growth,
                claim(set, growth),
                pods.roll(set, context, stock(founded.volume(), rows)),
                Optional.empty());
    }

    private static Optional<ClaimSize> claim(ObservedSet set, Growth growth) {
        return growth.state() == Growth.State.DONE && set.claims().size() == set.wanted().size()
                ? Optional.of(set.wanted().claim().size())
                : Optional.empty();
    }

    /** A pod that serves and has not said yet what it holds may hold nothing. */
    private static Roll.Stock stock(DispersiveVolume volume, List<Portion> rows) {
        boolean isWhole =
                !Volumes.isFounded(volume)
                        || rows.stream()
                                .allMatch(it ->
                                        it.state() != Portion.State.WIPED
                                                && (it.state() != Portion.State.SERVING
                                                        || it.bytes() != null));
        return isWhole ? Roll.Stock.WHOLE : Roll.Stock.DAMAGED;
    }

    private static Survival survival(DispersiveVolume volume, List<Portion> rows) {
        return pod -> {
            long left =
                    rows.stream()
                            .filter(it -> !it.pod().equals(pod))
                            .filter(it -> it.state() == Portion.State.SERVING && it.bytes() != null)
                            .count();
            return Volumes.isFounded(volume) ? Volumes.lossWith(left, volume) : Optional.empty();
        };
    }

    /** Kubernetes deletes all that it owns, and its claims if {@code reclaimPolicy} says so. */
    @Override
    public Optional<Hindrance> release(DispersiveVolume volume, Context<DispersiveVolume> context) {
        return Optional.empty();
    }
}
