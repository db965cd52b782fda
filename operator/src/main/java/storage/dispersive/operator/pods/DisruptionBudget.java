package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;

/** Keeps a drain from taking more storage pods away than may be missing. */
public final class DisruptionBudget {

    private DisruptionBudget() {}

    /**
     * The budget of a set, as it is to be.
     *
     * @param mayBeMissing pods, those included that are missing already for other reasons than that
     *     they are not ready; 0 or more
     */
    public static PodDisruptionBudget of(PodSet set, int mayBeMissing) {
        if (mayBeMissing < 0) {
            throw new IllegalArgumentException("a budget of " + mayBeMissing);
        }
        return new PodDisruptionBudgetBuilder()
                .withMetadata(set.metadata())
                .withNewSpec()
                .withNewMaxUnavailable(mayBeMissing)
                .withNewSelector()
                .withMatchLabels(set.selector())
                .endSelector()
                .endSpec()
                .build();
    }
}
