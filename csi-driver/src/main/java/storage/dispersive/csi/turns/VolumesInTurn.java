package storage.dispersive.csi.turns;

import java.time.Duration;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.VolumeResources.Page;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.controller.Volumes;
import storage.dispersive.csi.turns.Turns.Call;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/** Volumes, of each of which one call at a time changes something. */
public final class VolumesInTurn implements Volumes {

    /** Of calls that wait for the cluster's API only; they end sooner by themselves. */
    private static final Duration SHORT = Duration.ofMinutes(1);

    private final Volumes volumes;
    private final Turns turns;
    private final CreatedHandle created;

    /**
     * Of some volumes.
     *
     * @param created what a volume of a name will be called
     */
    public VolumesInTurn(Volumes volumes, Turns turns, CreatedHandle created) {
        this.volumes = volumes;
        this.turns = turns;
        this.created = created;
    }

    /** Knows what a volume is called that somebody asks for by a name of his own. */
    @FunctionalInterface
    public interface CreatedHandle {
        VolumeHandle of(String name);
    }

    @Override
    public Outcome<StoredVolume> create(CreateRequest request, Duration patience) {
        return turns.take(
                created.of(request.name()),
                new Call<>(request, StoredVolume.class),
                patience,
                () -> volumes.create(request, patience));
    }

    @Override
    public Outcome<Removed> delete(DeleteRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Removed.class),
                patience,
                () -> volumes.delete(request, patience));
    }

    @Override
    public Outcome<Attachment> publish(PublishRequest request) {
        return turns.take(
                request.volume(),
                new Call<>(request, Attachment.class),
                SHORT,
                () -> volumes.publish(request));
    }

    @Override
    public Outcome<Detached> unpublish(UnpublishRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Detached.class),
                patience,
                () -> volumes.unpublish(request, patience));
    }

    @Override
    public Outcome<StoredVolume> get(VolumeHandle volume) {
        return volumes.get(volume);
    }

    @Override
    public Outcome<Page> list(PageWish wish) {
        return volumes.list(wish);
    }

    @Override
    public Outcome<Capacity> capacity(CapacityRequest request) {
        return volumes.capacity(request);
    }

    @Override
    public Outcome<ByteSize> expand(ExpandRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, ByteSize.class),
                patience,
                () -> volumes.expand(request, patience));
    }

    @Override
    public Outcome<Modified> modify(ModifyRequest request) {
        return turns.take(
                request.volume(),
                new Call<>(request, Modified.class),
                SHORT,
                () -> volumes.modify(request));
    }

    @Override
    public Outcome<Confirmation> confirm(ConfirmRequest request) {
        return volumes.confirm(request);
    }
}
