package storage.dispersive.operator.status;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import storage.dispersive.api.v1alpha1.Portion;

/** Says of a pool, condition by condition, how it is. */
final class PoolConditions {

    private final PoolFindings found;

    PoolConditions(PoolFindings found) {
        this.found = found;
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        all.add(ready());
        all.add(progressing());
        all.add(degraded());
        all.add(isolated());
        all.add(found.growth().finding());
        if (found.pool().getMetadata().getDeletionTimestamp() != null) {
            all.add(deletable());
        }
        return all;
    }

    private String count() {
        return found.serving() + " of " + found.pool().getSpec().pods() + " storage pods serve";
    }

    /** Once all have served, as long as no volume of it has lost more pods than it may. */
    private Finding ready() {
        if (found.serving() > 0 && found.missing() <= found.mayBeMissing()) {
            return Finding.holds(Aspect.READY, "Serving", count());
        }
        return found.hindrance()
                .map(it -> Finding.fails(Aspect.READY, it.reason(), count() + ": " + it.message()))
                .orElseGet(() -> Finding.fails(Aspect.READY, "TooFewPods", count()));
    }

    private Finding progressing() {
        return Finding.progressing(found.hindrance(), found.roll(), found.growth());
    }

    private Finding degraded() {
        if (found.missing() == 0) {
            return Finding.fails(Aspect.DEGRADED, "AllServe", "all storage pods serve");
        }
        String who =
                found.pods().stream()
                        .filter(it -> it.state() != Portion.State.SERVING)
                        .map(it -> it.pod())
                        .collect(Collectors.joining(", "));
        return Finding.holds(
                Aspect.DEGRADED,
                found.hindrance()
                        .map(Hindrance::reason)
                        .filter("NodeGone"::equals)
                        .orElse("PodsMissing"),
                count()
                        + (who.isEmpty() ? "" : "; missing: " + who)
                        + found.hindrance().map(it -> ": " + it.message()).orElse(""));
    }

    private Finding isolated() {
        return Finding.isolated(found.pool().getSpec().isolation());
    }

    private Finding deletable() {
        return found.volumes() == 0
                ? Finding.holds(Aspect.DELETABLE, "Deleting", "it is being deleted")
                : Finding.fails(
                        Aspect.DELETABLE,
                        "HoldsVolumes",
                        "it is deleted when the "
                                + found.volumes()
                                + " volumes with a poolRef to it are: 'kubectl get dv -o wide'"
                                + " shows them");
    }
}
