package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelector;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceUtils;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Workflow;
import io.javaoperatorsdk.operator.processing.dependent.workflow.WorkflowBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.pods.DisruptionBudget;
import storage.dispersive.operator.pods.HeadlessService;
import storage.dispersive.operator.pods.PodAccount;
import storage.dispersive.operator.pods.PodIngress;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.pods.PodSet;
import storage.dispersive.operator.pods.StorageStatefulSet;

/**
 * The objects of the storage pods of each resource of one kind: those that the operator makes, and
 * those that it only watches because Kubernetes makes them.
 */
final class SetObjects<P extends HasMetadata> {

    private final PodSet.Kind kind;
    private final Class<P> primary;
    private final Wanted<P> wanted;
    private final OwnedObject.Selection selection;
    private final Workflow<P> workflow;

    /** What is wanted of a resource's storage pods. */
    interface Wanted<P extends HasMetadata> {

        /** Only called for resources that have storage pods of their own. */
        PodSet set(P primary);

        /** How many of its pods a drain may take away. */
        int mayBeTaken(P primary, Context<P> context);
    }

    SetObjects(
            PodSet.Kind kind,
            Class<P> primary,
            Set<String> namespaces,
            PodProfile profile,
            Wanted<P> wanted) {
        this.kind = kind;
        this.primary = primary;
        this.wanted = wanted;
        this.selection = new OwnedObject.Selection(kind.labelSelector(), namespaces);
        this.workflow =
                new WorkflowBuilder<P>()
                        .addDependentResource(
                                owned(
                                        ServiceAccount.class,
                                        (it, _, _) -> PodAccount.of(wanted.set(it))))
                        .addDependentResource(
                                owned(
                                        Service.class,
                                        (it, _, _) -> HeadlessService.of(wanted.set(it), profile)))
                        .addDependentResource(
                                owned(
                                        NetworkPolicy.class,
                                        (it, _, _) -> PodIngress.of(wanted.set(it), profile)))
                        .addDependentResource(
                                owned(
                                        PodDisruptionBudget.class,
                                        (it, context, _) ->
                                                DisruptionBudget.of(
                                                        wanted.set(it),
                                                        wanted.mayBeTaken(it, context))))
                        .addDependentResource(
                                owned(
                                        StatefulSet.class,
                                        (it, _, present) ->
                                                StorageStatefulSet.of(
                                                        wanted.set(it), profile, present)))
                        .withThrowExceptionFurther(true)
                        .build();
    }

    private <R extends HasMetadata> OwnedObject<R, P> owned(
            Class<R> type, OwnedObject.Desired<R, P> desired) {
        return new OwnedObject<>(type, selection, desired);
    }

    /** Of all objects that this class knows. */
    List<EventSource<?, P>> eventSources(EventSourceContext<P> context) {
        List<EventSource<?, P>> sources =
                new ArrayList<>(EventSourceUtils.eventSourcesFromWorkflow(context, workflow));
        sources.add(watched(Pod.class, context));
        sources.add(watched(PersistentVolumeClaim.class, context));
        sources.add(refusals(context));
        return sources;
    }

    private <R extends HasMetadata> EventSource<R, P> watched(
            Class<R> type, EventSourceContext<P> context) {
        return new ReadSource<>(
                InformerEventSourceConfiguration.from(type, primary)
                        .withName(type.getSimpleName())
                        .withLabelSelector(selection.labels())
                        .withNamespaces(selection.namespaces())
                        .withSecondaryToPrimaryMapper(it ->
                                id(
                                        kind.resourceOf(it.getMetadata()),
                                        it.getMetadata().getNamespace()))
                        .build(),
                context);
    }

    /** Only events tell why a StatefulSet's controller cannot make pods. */
    private EventSource<Event, P> refusals(EventSourceContext<P> context) {
        return new ReadSource<>(
                InformerEventSourceConfiguration.from(Event.class, primary)
                        .withName("refusals")
                        .withNamespaces(selection.namespaces())
                        .withFieldSelector(
                                new FieldSelector(
                                        new FieldSelector.Field(
                                                "involvedObject.kind", "StatefulSet"),
                                        new FieldSelector.Field("reason", "FailedCreate")))
                        .withSecondaryToPrimaryMapper(it ->
                                id(
                                        kind.resourceOf(it.getInvolvedObject().getName()),
                                        it.getMetadata().getNamespace()))
                        .build(),
                context);
    }

    private static Set<ResourceID> id(Optional<String> name, String namespace) {
        return name.map(it -> Set.of(new ResourceID(it, namespace))).orElse(Set.of());
    }

    /** Makes and mends all that the operator makes. */
    void reconcile(P resource, Context<P> context) {
        workflow.reconcile(resource, context);
    }

    /** Whether what has the names of its objects belongs to a resource that is gone. */
    boolean areAnothers(P resource, Context<P> context) {
        return context.getSecondaryResource(StatefulSet.class)
                .flatMap(SetObjects::owner)
                .filter(it -> !it.equals(resource.getMetadata().getUid()))
                .isPresent();
    }

    /** What is there now, without what a resource of the same name has left. */
    ObservedSet observe(P resource, Context<P> context) {
        Optional<String> present =
                context.getSecondaryResource(StatefulSet.class)
                        .map(it -> it.getMetadata().getUid())
                        .filter(_ -> !areAnothers(resource, context));
        return ObservedSet.of(
                wanted.set(resource),
                context.getSecondaryResourcesAsStream(Pod.class)
                        .filter(it -> owner(it).isEmpty() || owner(it).equals(present))
                        .toList(),
                context.getSecondaryResources(PersistentVolumeClaim.class),
                context.getSecondaryResources(Event.class));
    }

    private static Optional<String> owner(HasMetadata owned) {
        return owned.getMetadata().getOwnerReferences().stream()
                .filter(it -> Boolean.TRUE.equals(it.getController()))
                .map(it -> it.getUid())
                .findFirst();
    }
}
