package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;

/**
 * Who storage pods are to Kubernetes: nobody with any right. Tokens bound to each pod show the
 * identity service which one asks.
 */
public final class PodAccount {

    private PodAccount() {}

    /** The ServiceAccount of a set, as it is to be. */
    public static ServiceAccount of(PodSet set) {
        return new ServiceAccountBuilder()
                .withMetadata(set.metadata())
                .withAutomountServiceAccountToken(false)
                .build();
    }
}
