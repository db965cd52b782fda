package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.PoolFindings;
import storage.dispersive.operator.status.PoolReport;
import storage.dispersive.operator.upkeep.Roll;

/** Brings a pool from what it is to what somebody wants. */
@ControllerConfiguration(name = "pool", finalizerName = PoolReconciler.FINALIZER)
public final class PoolReconciler implements Reconciler<DispersivePool>, Cleaner<DispersivePool> {

    static final String FINALIZER = "dispersive.storage/pool";

    /** For what no event tells of: a storage pod that did not answer, a budget that is used up. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final SetObjects<DispersivePool> objects;
    private final OwnPods<DispersivePool> pods;
    private final PoolRows rows;
    private final KnownStores stores;
    private final Telling telling;

    PoolReconciler(
            SetObjects<DispersivePool> objects,
            OwnPods<DispersivePool> pods,
            PoolRows rows,
            KnownStores stores,
            Telling telling) {
        this.objects = objects;
        this.pods = pods;
        this.rows = rows;
        this.stores = stores;
        this.telling = telling;
    }

    @Override
    public List<EventSource<?, DispersivePool>> prepareEventSources(
            EventSourceContext<DispersivePool> context) {
        List<EventSource<?, DispersivePool>> sources =
                new ArrayList<>(objects.eventSources(context));
        sources.add(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(
                                        DispersiveVolume.class, DispersivePool.class)
                                .withName("volumes")
                                .withWatchAllNamespaces()
                                .withSecondaryToPrimaryMapper(PoolReconciler::poolOf)
                                .build(),
                        context));
        return sources;
    }

    private static Set<ResourceID> poolOf(DispersiveVolume volume) {
        return Volumes.pool(volume).map(Set::of).orElse(Set.of());
    }

    @Override
    public UpdateControl<DispersivePool> reconcile(
            DispersivePool pool, Context<DispersivePool> context) {
        PoolFindings found = bringForward(pool, context);
        report(found, context);
        return isToBeLookedAtAgain(found)
                ? UpdateControl.<DispersivePool>noUpdate().rescheduleAfter(AGAIN)
                : UpdateControl.noUpdate();
    }

    private PoolFindings bringForward(DispersivePool pool, Context<DispersivePool> context) {
        List<DispersiveVolume> volumes = volumes(context);
        Optional<Hindrance> elsewhere = pods.whyNowhere(pool);
        if (elsewhere.isPresent()) {
            return PoolFindings.hindered(pool, volumes.size(), elsewhere.get());
        }
        Optional<Hindrance> refused = pods.ensure(pool, context);
        ObservedSet set = pods.observe(pool, context);
        Growth growth = pods.grow(set);
        return new PoolFindings(
                pool,
                rows.of(pool, set, volumes),
                Budget.mayBeMissing(volumes),
                volumes.size(),
                refused.or(() -> pods.hindrance(set)),
                growth,
                pods.roll(set, context, stock(volumes)));
    }

    static List<DispersiveVolume> volumes(Context<DispersivePool> context) {
        return List.copyOf(context.getSecondaryResources(DispersiveVolume.class));
    }

    private static Roll.Stock stock(List<DispersiveVolume> volumes) {
        return volumes.stream()
                        .flatMap(it -> Volumes.recorded(it).stream())
                        .anyMatch(it -> it.state() == Portion.State.WIPED)
                ? Roll.Stock.DAMAGED
                : Roll.Stock.WHOLE;
    }

    private void report(PoolFindings found, Context<DispersivePool> context) {
        PoolReport report = new PoolReport(found, telling.clock().instant());
        DispersivePool before = found.pool();
        DispersivePool after =
                StatusWriter.write(before, context, DispersivePoolStatus.NONE, report::after);
        telling.events().tell(after, conditions(before), conditions(after));
    }

    private static List<Condition> conditions(DispersivePool pool) {
        return pool.getStatus() == null
                ? List.of()
                : Objects.requireNonNullElse(pool.getStatus().conditions(), List.of());
    }

    private static boolean isToBeLookedAtAgain(PoolFindings found) {
        return found.roll().isPresent()
                || found.pods().stream()
                        .anyMatch(it ->
                                it.state() == Portion.State.SERVING && it.incarnation() == null);
    }

    /** Refused while volumes want it. */
    @Override
    public DeleteControl cleanup(DispersivePool pool, Context<DispersivePool> context) {
        List<DispersiveVolume> volumes = volumes(context);
        if (volumes.isEmpty()) {
            stores.forget(pool.getMetadata().getUid());
            return DeleteControl.defaultDelete();
        }
        report(bringForward(pool, context), context);
        return DeleteControl.noFinalizerRemoval();
    }
}
