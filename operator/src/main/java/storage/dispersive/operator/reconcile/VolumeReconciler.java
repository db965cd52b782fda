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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.Attachment;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.VolumeFindings;
import storage.dispersive.operator.status.VolumeReport;

/** Brings a volume from what it is to what somebody wants. */
@ControllerConfiguration(name = "volume")
public final class VolumeReconciler implements Reconciler<DispersiveVolume> {

    private static final Telling.Kind<DispersiveVolumeStatus> TOLD =
            new Telling.Kind<>(DispersiveVolumeStatus.NONE, DispersiveVolumeStatus::conditions);

    static final String FINALIZER = "dispersive.storage/volume";

    private final SetObjects<DispersiveVolume> objects;
    private final AllowedNamespaces namespaces;
    private final VolumeKeeper own;
    private final VolumeKeeper pooled;
    private final KnownStores stores;
    private final Telling telling;

    VolumeReconciler(
            SetObjects<DispersiveVolume> objects,
            AllowedNamespaces namespaces,
            OwnVolumes own,
            PooledVolumes pooled,
            KnownStores stores,
            Telling telling) {
        this.objects = objects;
        this.namespaces = namespaces;
        this.own = own;
        this.pooled = pooled;
        this.stores = stores;
        this.telling = telling;
    }

    @Override
    public List<EventSource<?, DispersiveVolume>> prepareEventSources(
            EventSourceContext<DispersiveVolume> context) {
        List<EventSource<?, DispersiveVolume>> sources =
                new ArrayList<>(objects.eventSources(context));
        sources.add(pools(context));
        return sources;
    }

    private static EventSource<DispersivePool, DispersiveVolume> pools(
            EventSourceContext<DispersiveVolume> context) {
        return new ReadSource<>(
                InformerEventSourceConfiguration.from(DispersivePool.class, DispersiveVolume.class)
                        .withName("pools")
                        .withWatchAllNamespaces()
                        .withPrimaryToSecondaryMapper((DispersiveVolume volume) ->
                                Volumes.pool(volume).map(Set::of).orElse(Set.of()))
                        .withSecondaryToPrimaryMapper(pool -> volumesOf(pool, context))
                        .build(),
                context);
    }

    private static Set<ResourceID> volumesOf(
            DispersivePool pool, EventSourceContext<DispersiveVolume> context) {
        Optional<ResourceID> id = Optional.of(ResourceID.fromResource(pool));
        return context.getPrimaryCache()
                .list(pool.getMetadata().getNamespace(), it -> Volumes.pool(it).equals(id))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    /** Whether a change of a volume is more than this reconciler's own. */
    public static boolean isNews(DispersiveVolume now, DispersiveVolume before) {
        return PrimaryFilter.isWish(now, before)
                || !Objects.equals(attachment(now), attachment(before))
                || Volumes.lost(now) != Volumes.lost(before);
    }

    private static @Nullable Attachment attachment(DispersiveVolume volume) {
        return volume.getStatus() == null ? null : volume.getStatus().attachment();
    }

    @Override
    public UpdateControl<DispersiveVolume> reconcile(
            DispersiveVolume volume, Context<DispersiveVolume> context) {
        if (context.isPrimaryResourceDeleted()) {
            stores.forget(volume.getMetadata().getUid());
            return UpdateControl.noUpdate();
        }
        if (volume.isMarkedForDeletion()) {
            return volume.hasFinalizer(FINALIZER)
                    ? letGo(volume, context)
                    : UpdateControl.noUpdate();
        }
        boolean isHere = namespaces.allow(volume.getMetadata().getNamespace());
        if (isHere && Finalizers.add(volume, context, FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        VolumeFindings found = keeper(volume).bringForward(volume, context);
        report(found, context);
        return Again.control(Again.after(isUnderWay(found), found.hindrance(), found.growth()));
    }

    private VolumeKeeper keeper(DispersiveVolume volume) {
        return volume.getSpec().poolRef() == null ? own : pooled;
    }

    private void report(VolumeFindings found, Context<DispersiveVolume> context) {
        VolumeReport report = new VolumeReport(found, telling.clock().instant());
        telling.tell(found.volume(), context, TOLD, report::after);
    }

    private static boolean isUnderWay(VolumeFindings found) {
        boolean isFailedFounding =
                found.hindrance().filter(it -> it.reason().equals("FoundingFailed")).isPresent();
        boolean isNotTold =
                found.founding() == VolumeFindings.Founding.DONE
                        && found.portions().stream()
                                .anyMatch(it ->
                                        it.state() == Portion.State.SERVING && it.bytes() == null);
        return isFailedFounding || isNotTold || found.roll().isPresent();
    }

    /** Refused while a node uses it; until then it is kept as any other. */
    private UpdateControl<DispersiveVolume> letGo(
            DispersiveVolume volume, Context<DispersiveVolume> context) {
        Optional<Hindrance> held =
                Volumes.isAttached(volume)
                        ? Optional.of(isUsed(Objects.requireNonNull(attachment(volume))))
                        : keeper(volume).release(volume, context);
        if (held.isEmpty()) {
            Finalizers.remove(context, FINALIZER);
            return UpdateControl.noUpdate();
        }
        report(keeper(volume).bringForward(volume, context).heldBy(held.get()), context);
        return Again.control(Optional.of(Again.SOON).filter(_ -> !Volumes.isAttached(volume)));
    }

    private static Hindrance isUsed(Attachment attachment) {
        return Hindrance.lasting(
                "Attached",
                "it is deleted when node "
                        + attachment.node()
                        + " does not use it any more: delete the pods that do");
    }
}
