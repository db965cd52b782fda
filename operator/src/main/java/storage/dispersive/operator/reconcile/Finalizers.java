package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;

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
        PrimaryUpdateAndCacheUtils.removeFinalizer(context, name);
    }
}
