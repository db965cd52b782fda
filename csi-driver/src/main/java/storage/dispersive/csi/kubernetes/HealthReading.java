package storage.dispersive.csi.kubernetes;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.csi.controller.StoredVolume.Cause;
import storage.dispersive.csi.controller.StoredVolume.Growth;
import storage.dispersive.csi.controller.StoredVolume.Health;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.StoredVolume.Readiness;

/** Reads the conditions that the operator writes ({@code docs/kubernetes.md}). */
final class HealthReading {

    private static final String READY = "Ready";
    private static final String DEGRADED = "Degraded";
    private static final String GROWN = "Grown";
    private static final String DELETABLE = "Deletable";

    /** Reasons why a volume will not become ready where it is. */
    private static final Set<String> NO_ROOM = Set.of("PoolCannotTakeIt");

    private static final String NOBODY =
            "nobody has looked at it yet: does the operator run, and may it act in this namespace?";

    private HealthReading() {}

    static Health read(DispersiveVolume resource) {
        return new Health(
                resource.isMarkedForDeletion() ? Life.GOES : Life.STAYS,
                readiness(resource),
                growth(resource),
                resource.isMarkedForDeletion() ? leaving(resource) : condition(resource));
    }

    private static Readiness readiness(DispersiveVolume resource) {
        Optional<Condition> ready = find(resource, READY);
        if (ready.isPresent() && ready.get().status() == Truth.TRUE) {
            return new Readiness.Ready();
        }
        boolean isWithoutRoom = ready.map(Condition::reason).filter(NO_ROOM::contains).isPresent();
        return new Readiness.NotReady(
                isWithoutRoom ? Cause.NO_ROOM : Cause.OTHER, text(ready, NOBODY));
    }

    /** What was said of an older wish is no answer to this one. */
    private static Growth growth(DispersiveVolume resource) {
        Optional<Condition> grown =
                find(resource, GROWN)
                        .filter(it ->
                                Objects.equals(
                                        it.observedGeneration(),
                                        resource.getMetadata().getGeneration()));
        return grown.isPresent() && grown.get().status() == Truth.TRUE
                ? new Growth.Grown()
                : new Growth.Growing(text(grown, NOBODY));
    }

    private static storage.dispersive.csi.volume.Condition condition(DispersiveVolume resource) {
        Optional<Condition> ready = find(resource, READY);
        if (ready.isEmpty() || ready.get().status() != Truth.TRUE) {
            return abnormal(text(ready, NOBODY));
        }
        Optional<Condition> degraded =
                find(resource, DEGRADED).filter(it -> it.status() == Truth.TRUE);
        return degraded.isPresent()
                ? abnormal(text(degraded, ""))
                : new storage.dispersive.csi.volume.Condition.Normal(text(ready, ""));
    }

    private static storage.dispersive.csi.volume.Condition leaving(DispersiveVolume resource) {
        return abnormal(text(find(resource, DELETABLE), "its storage pods are told to forget it"));
    }

    private static storage.dispersive.csi.volume.Condition abnormal(String text) {
        return new storage.dispersive.csi.volume.Condition.Abnormal(text);
    }

    private static String text(Optional<Condition> condition, String otherwise) {
        return condition.map(it -> it.reason() + ": " + it.message()).orElse(otherwise);
    }

    private static Optional<Condition> find(DispersiveVolume resource, String type) {
        List<Condition> conditions =
                resource.getStatus() == null || resource.getStatus().conditions() == null
                        ? List.of()
                        : resource.getStatus().conditions();
        return conditions.stream().filter(it -> it.type().equals(type)).findFirst();
    }
}
