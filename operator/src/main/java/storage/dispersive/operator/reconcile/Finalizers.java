package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;

/**
 * What keeps a resource until the operator has let go of it. Only where storage pods are allowed:
 * elsewhere there is nothing to let go of, and nobody needs an operator to delete a resource.
 */
final class Finalizers {

    private Finalizers() {}

    /** Whether it had to be added; then the change is an event of its own. */
    static <P extends HasMetadata> boolean add(P resource, Context<P> context, String name) {
        if (resource.hasFinalizer(name)) {
            return false;
        }
        PrimaryUpdateAndCacheUtils.addFinalizer(context, name);
        return true;
    }

    static <P extends HasMetadata> void remove(Context<P> context, String name) {
        try {
            PrimaryUpdateAndCacheUtils.removeFinalizer(context, name);
        } catch (KubernetesClientException e) {
            // It is gone already, where an event told of it as it was a moment before.
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }
}
