package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependentResourceConfigBuilder;
import java.util.Optional;
import java.util.Set;

/**
 * One Kubernetes object of a set of storage pods: made, put right when somebody changed it, and
 * left alone in what others own (server-side apply). It goes with its owner.
 */
final class OwnedObject<R extends HasMetadata, P extends HasMetadata>
        extends CRUDKubernetesDependentResource<R, P> {

    private final Desired<R, P> desired;

    /** What an object is to be. */
    @FunctionalInterface
    interface Desired<R, P extends HasMetadata> {
        /**
         * What it is to be now.
         *
         * @param present the one that is there
         */
        R of(P primary, Context<P> context, Optional<R> present);
    }

    OwnedObject(Class<R> type, Selection selection, Desired<R, P> desired) {
        super(type, type.getSimpleName());
        this.desired = desired;
        configureWith(
                new KubernetesDependentResourceConfigBuilder<R>()
                        .withKubernetesDependentInformerConfig(
                                InformerConfiguration.builder(type)
                                        .withLabelSelector(selection.labels())
                                        .withNamespaces(selection.namespaces())
                                        .build())
                        .build());
    }

    /** Which objects are watched. */
    record Selection(String labels, Set<String> namespaces) {
        Selection {
            namespaces = Set.copyOf(namespaces);
        }
    }

    @Override
    protected R desired(P primary, Context<P> context) {
        // Not getSecondaryResource(primary, context): to choose, that asks what is desired.
        return desired.of(primary, context, context.getSecondaryResource(resourceType()));
    }
}
