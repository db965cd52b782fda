package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

/**
 * Watches objects that are only read. It keeps nothing of which manager owns which of their fields:
 * of a pod that takes more memory than all the rest, and there are many pods.
 */
final class ReadSource<R extends HasMetadata, P extends HasMetadata>
        extends InformerEventSource<R, P> {

    ReadSource(InformerEventSourceConfiguration<R> configuration, EventSourceContext<P> context) {
        super(configuration, context);
    }

    @Override
    public void onAdd(R added) {
        lighten(added);
        super.onAdd(added);
    }

    @Override
    public void onUpdate(R before, R now) {
        lighten(now);
        super.onUpdate(before, now);
    }

    /** What a handler gets is what the informer keeps. */
    private static void lighten(HasMetadata kept) {
        kept.getMetadata().setManagedFields(null);
    }
}
