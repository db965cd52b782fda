package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.api.v1alpha1.ReclaimPolicy;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.VolumeFindings;

/** Volumes on the storage pods of a pool. */
final class PooledVolumes implements VolumeKeeper {

    /** A pod that takes longer is not waited for. */
    private static final Duration LONGEST_START = Duration.ofMinutes(5);

    private final VolumeFoundations foundations;
    private final Clock clock;
    private final PoolPlacement placement = new PoolPlacement();

    PooledVolumes(VolumeFoundations foundations, Clock clock) {
        this.foundations = foundations;
        this.clock = clock;
    }

    @Override
    public VolumeFindings bringForward(DispersiveVolume volume, Context<DispersiveVolume> context) {
        Optional<DispersivePool> found = pool(context);
        Optional<Hindrance> unusable = whyUnusable(volume, found);
        if (unusable.isPresent()) {
            return VolumeFindings.hindered(volume, Volumes.founding(volume), unusable.get());
        }
        DispersivePool pool = found.orElseThrow();
        if (Volumes.isFounded(volume)) {
            return findings(volume, pool, Optional.empty());
        }
        List<DispersiveVolume> neighbours =
                context.getPrimaryCache()
                        .list(volume.getMetadata().getNamespace(), it -> isIn(it, pool))
                        .toList();
        return switch (placement.choose(volume, pool, neighbours)) {
            case PoolPlacement.Choice.None(String why) ->
                    VolumeFindings.hindered(
                            volume,
                            Volumes.founding(volume),
                            Hindrance.lasting("PoolCannotTakeIt", why));
            case PoolPlacement.Choice.Pods(List<PoolPod> chosen) -> {
                var founded = foundations.lay(volume, context, bare(chosen), Optional.empty());
                yield findings(founded.volume(), pool, founded.hindrance());
            }
        };
    }

    private static boolean isIn(DispersiveVolume volume, DispersivePool pool) {
        return Volumes.pool(volume).equals(Optional.of(ResourceID.fromResource(pool)));
    }

    private static Optional<DispersivePool> pool(Context<DispersiveVolume> context) {
        return context.getSecondaryResource(DispersivePool.class);
    }

    private Optional<Hindrance> whyUnusable(
            DispersiveVolume volume, Optional<DispersivePool> pool) {
        String name = Objects.requireNonNull(volume.getSpec().poolRef()).name();
        if (pool.isEmpty()) {
            return Optional.of(
                    Hindrance.lasting(
                            "PoolMissing",
                            "there is no DispersivePool "
                                    + name
                                    + " in this namespace; make it, or name another in another"
                                    + " volume"));
        }
        if (pool.get().getMetadata().getDeletionTimestamp() != null && !Volumes.isFounded(volume)) {
            return Optional.of(
                    Hindrance.lasting("PoolIsDeleted", "DispersivePool " + name + " is deleted"));
        }
        if (pool.get().getSpec().isolation() != volume.getSpec().network().isolation()) {
            return Optional.of(
                    Hindrance.lasting(
                            "IsolationDiffers",
                            "the pool's isolation is "
                                    + pool.get().getSpec().isolation()
                                    + ", the volume's is "
                                    + volume.getSpec().network().isolation()
                                    + "; make the volume anew with the pool's, or in another"
                                    + " pool"));
        }
        return Volumes.isFounded(volume) || !isComingUp(pool.get())
                ? Optional.empty()
                : Optional.of(
                        Hindrance.passing(
                                "PoolIsStarting",
                                "storage pods of DispersivePool " + name + " are still starting"));
    }

    /** Its first pods would get all portions if volumes did not wait, for a while, for the last. */
    private boolean isComingUp(DispersivePool pool) {
        boolean areAllKnown =
                pods(pool).size() >= pool.getSpec().pods()
                        && pods(pool).stream().allMatch(it -> it.incarnation() != null);
        if (areAllKnown) {
            return false;
        }
        // A claim that is not bound yet may look as if somebody had to do something.
        return isRecent(pool.getMetadata().getCreationTimestamp())
                || PoolReconciler.TOLD.of(pool).stream()
                        .filter(it -> it.type().equals("Progressing"))
                        .anyMatch(it ->
                                it.status() == Condition.Truth.TRUE
                                        && isRecent(it.lastTransitionTime()));
    }

    private boolean isRecent(String time) {
        return Instant.parse(time).plus(LONGEST_START).isAfter(clock.instant());
    }

    private static List<Portion> bare(List<PoolPod> chosen) {
        List<Portion> portions = new ArrayList<>();
        for (PoolPod pod : chosen) {
            portions.add(PortionRows.on(pod, portions.size()));
        }
        return portions;
    }

    private VolumeFindings findings(
            DispersiveVolume volume, DispersivePool pool, Optional<Hindrance> hindrance) {
        return new VolumeFindings(
                volume,
                foundations.rows().pooled(volume, pods(pool)),
                Volumes.founding(volume),
                hindrance,
                Growth.DONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<PoolPod> pods(DispersivePool pool) {
        return pool.getStatus() == null
                ? List.of()
                : Objects.requireNonNullElse(pool.getStatus().pods(), List.of());
    }

    @Override
    public Optional<Hindrance> release(DispersiveVolume volume, Context<DispersiveVolume> context) {
        Optional<DispersivePool> pool = pool(context);
        if (volume.getSpec().reclaimPolicy() == ReclaimPolicy.DELETE
                && volume.getStatus() != null
                && volume.getStatus().volumeId() != null
                && pool.isPresent()) {
            List<Portion> rows =
                    foundations.rows().pooled(volume, pods(pool.get())).stream()
                            .filter(it -> hasDisk(it, pool.get()))
                            .toList();
            List<String> left = foundations.founding().forget(volume, rows);
            if (!left.isEmpty()) {
                return Optional.of(
                        Hindrance.passing(
                                "PortionsLeft",
                                "it is deleted when all storage pods have: "
                                        + String.join("; ", left)));
            }
        }
        placement.forget(volume);
        return Optional.empty();
    }

    /** Where the claim is gone, as in a namespace that is deleted, nothing is left to forget. */
    private static boolean hasDisk(Portion portion, DispersivePool pool) {
        return pods(pool).stream()
                .filter(it -> it.pod().equals(portion.pod()))
                .anyMatch(it ->
                        it.capacity() != null && it.capacity().getNumericalAmount().signum() > 0);
    }
}
