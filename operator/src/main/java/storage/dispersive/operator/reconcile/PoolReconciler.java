package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.status.Growth;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.PoolFindings;
import storage.dispersive.operator.status.PoolReport;
import storage.dispersive.operator.upkeep.Roll;

/** Brings a pool from what it is to what somebody wants. */
@ControllerConfiguration(name = "pool")
public final class PoolReconciler implements Reconciler<DispersivePool> {

    static final Telling.Kind<DispersivePoolStatus> TOLD =
            new Telling.Kind<>(DispersivePoolStatus.NONE, DispersivePoolStatus::conditions);

    static final String FINALIZER = "dispersive.storage/pool";

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
                new ReadSource<>(
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
        boolean isToGo = pool.isMarkedForDeletion();
        if (context.isPrimaryResourceDeleted()) {
            stores.forget(pool.getMetadata().getUid());
            return UpdateControl.noUpdate();
        }
        if (isToGo && !pool.hasFinalizer(FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        if (isToGo && volumes(context).isEmpty()) {
            Finalizers.remove(context, FINALIZER);
            return UpdateControl.noUpdate();
        }
        Optional<Hindrance> elsewhere = pods.whyNowhere(pool);
        if (elsewhere.isPresent()) {
            report(PoolFindings.hindered(pool, volumes(context).size(), elsewhere.get()), context);
            return UpdateControl.noUpdate();
        }
        if (!isToGo && Finalizers.add(pool, context, FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        return bringForward(pool, context);
    }

    private UpdateControl<DispersivePool> bringForward(
            DispersivePool pool, Context<DispersivePool> context) {
        List<DispersiveVolume> volumes = volumes(context);
        Optional<Hindrance> refused = pods.ensure(pool, context);
        ObservedSet set = pods.observe(pool, context);
        List<PoolPod> told = rows.of(pool, set, volumes);
        boolean areTold = rows.areTold(pool, set);
        PoolStock stock = new PoolStock(told, volumes);
        Optional<Hindrance> lost = pods.giveUp(pool, set, stock);
        Growth growth = pods.grow(set);
        PoolFindings found =
                new PoolFindings(
                        pool,
                        told,
                        Budget.mayBeMissingNow(volumes),
                        volumes.size(),
                        refused.or(() -> lost).or(() -> pods.hindrance(set)),
                        growth,
                        pods.roll(set, context, areTold ? stock.state() : Roll.Stock.DAMAGED));
        report(found, context);
        boolean isUnderWay = found.roll().isPresent() || !areTold;
        return Again.control(Again.after(isUnderWay, found.hindrance(), growth));
    }

    static List<DispersiveVolume> volumes(Context<DispersivePool> context) {
        return List.copyOf(context.getSecondaryResources(DispersiveVolume.class));
    }

    private void report(PoolFindings found, Context<DispersivePool> context) {
        PoolReport report = new PoolReport(found, telling.clock().instant());
        telling.tell(found.pool(), context, TOLD, report::after);
    }
}
