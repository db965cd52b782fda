package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.operator.cluster.ObservedClaim;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.pods.ClaimSize;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Growth.State;

/** Lets the claims of a set have the size that is wanted, where their StorageClass allows it. */
public final class ClaimGrowth {

    private final KubernetesClient client;
    private final StorageClasses classes;

    public ClaimGrowth(KubernetesClient client, StorageClasses classes) {
        this.client = client;
        this.classes = classes;
    }

    /** Asks for what is not asked for yet; a claim can only grow once it is bound. */
    public Growth grow(ObservedSet set) {
        ClaimSize wanted = set.wanted().claim().size();
        List<ObservedClaim> small =
                set.claims().stream()
                        .filter(it -> it.isBound() && !it.isEnding())
                        .filter(it -> it.requestedBytes() < wanted.bytes())
                        .toList();
        Optional<ObservedClaim> refused = small.stream().filter(it -> !mayGrow(it)).findFirst();
        if (refused.isPresent()) {
            return new Growth(
                    State.REFUSED,
                    "claim "
                            + refused.get().name()
                            + " should have "
                            + wanted.quantity()
                            + ", but its StorageClass "
                            + refused.get().storageClass().orElse("(none)")
                            + " does not let claims grow; set allowVolumeExpansion there if its"
                            + " driver can, or copy to a new volume");
        }
        small.forEach(it -> ask(it.claim(), wanted));
        return progress(set, wanted);
    }

    private boolean mayGrow(ObservedClaim claim) {
        return claim.storageClass().filter(classes::growClaims).isPresent();
    }

    private void ask(PersistentVolumeClaim claim, ClaimSize wanted) {
        client.persistentVolumeClaims()
                .inNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\""
                                + wanted.quantity()
                                + "\"}}}}");
    }

    private static Growth progress(ObservedSet set, ClaimSize wanted) {
        List<ObservedClaim> growing =
                set.claims().stream()
                        .filter(it -> it.isBound() && it.capacityBytes() < wanted.bytes())
                        .toList();
        if (growing.isEmpty()) {
            long bound = set.claims().stream().filter(ObservedClaim::isBound).count();
            return bound == set.wanted().size()
                    ? Growth.DONE
                    : new Growth(
                            State.UNKNOWN,
                            bound + " of " + set.wanted().size() + " claims are bound");
        }
        Optional<String> failure =
                growing.stream().flatMap(it -> failure(it.claim()).stream()).findFirst();
        return failure.isPresent()
                ? new Growth(State.FAILED, failure.get())
                : new Growth(
                        State.GROWING, growing.size() + " claims grow to " + wanted.quantity());
    }

    private static Optional<String> failure(PersistentVolumeClaim claim) {
        List<PersistentVolumeClaimCondition> conditions = claim.getStatus().getConditions();
        return Objects.requireNonNullElse(conditions, List.<PersistentVolumeClaimCondition>of())
                .stream()
                .filter(it ->
                        List.of("ControllerResizeError", "NodeResizeError").contains(it.getType())
                                && "True".equals(it.getStatus()))
                .map(it ->
                        "claim "
                                + claim.getMetadata().getName()
                                + " does not grow: "
                                + it.getMessage())
                .findFirst();
    }
}
