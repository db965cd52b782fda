package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Changes the status of a resource by compare-and-set on its resource version; when somebody else
 * was faster the change is made to what is there then. Nothing is written that is there already.
 */
final class StatusWriter {

    private StatusWriter() {}

    /**
     * Makes a change.
     *
     * @param change called with the status as it is, perhaps more than once; may throw to give up
     * @return the resource as it is now
     */
    static <S, R extends CustomResource<?, S>> R write(
            R resource, Context<R> context, S none, UnaryOperator<S> change) {
        S before = Objects.requireNonNullElse(resource.getStatus(), none);
        if (change.apply(before).equals(before)) {
            return resource;
        }
        // A copy, as it is changed in place: what was read is what the next one is compared with.
        R copy =
                context.getControllerConfiguration()
                        .getConfigurationService()
                        .getResourceCloner()
                        .clone(resource);
        return PrimaryUpdateAndCacheUtils.updateStatusAndCacheResource(
                copy,
                context,
                fresh -> {
                    if (!fresh.getMetadata().getUid().equals(resource.getMetadata().getUid())) {
                        throw new IllegalStateException(
                                "another resource has its name now: "
                                        + resource.getMetadata().getName());
                    }
                    fresh.setStatus(
                            change.apply(Objects.requireNonNullElse(fresh.getStatus(), none)));
                    return fresh;
                });
    }
}
