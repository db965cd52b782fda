package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.VolumeResources.Page;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.controller.VolumeResources.Room;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Volumes that are written down as resources. */
public final class ResourceVolumes implements Volumes {

    private final VolumeResources resources;
    private final Creation creation;
    private final Attachments attachments;
    private final Sharing sharing;

    /**
     * Of some resources.
     *
     * @param fencing of nodes that do not let go
     */
    public ResourceVolumes(VolumeResources resources, Fencing fencing, Settings settings) {
        this.resources = resources;
        this.sharing = settings.sharing();
        this.creation = new Creation(resources, settings.namespace(), settings.sharing());
        this.attachments = new Attachments(resources, fencing, settings);
    }

    /**
     * What an administrator may choose.
     *
     * @param namespace where volumes are made
     * @param sharing what engines can do
     * @param letGo how long a node may take to let go before it is fenced
     */
    public record Settings(String namespace, Sharing sharing, Duration letGo) {}

    /** What a volume is called that is asked for by this name. */
    public VolumeHandle handleOf(String name) {
        return creation.handle(name);
    }

    @Override
    public Outcome<StoredVolume> create(CreateRequest request, Duration patience) {
        return guarded(() -> creation.create(request, patience));
    }

    @Override
    public Outcome<Removed> delete(DeleteRequest request, Duration patience) {
        return guarded(() -> removed(request.volume(), patience));
    }

    private Outcome<Removed> removed(VolumeHandle handle, Duration patience) {
        Optional<StoredVolume> found = resources.find(handle);
        if (found.isEmpty()) {
            return Outcome.done(new Removed());
        }
        StoredVolume volume = found.get();
        if (!volume.holding().nodes().isEmpty()) {
            return Outcome.refused(
                    new Refusal.Hindered(
                            "the volume is attached to node "
                                    + volume.holding().nodes().first()
                                    + "; delete the pods that use it first"));
        }
        resources.remove(volume);
        Sight last = resources.await(handle, it -> isAnother(it, volume), patience);
        return switch (last) {
            case Sight.Missing(), Sight.Enough(StoredVolume _) -> Outcome.done(new Removed());
            case Sight.Late(StoredVolume late) ->
                    Outcome.refused(
                            new Refusal.NotYet(
                                    "the volume is being removed: "
                                            + late.health().condition().text()));
        };
    }

    private static boolean isAnother(StoredVolume now, StoredVolume before) {
        return !now.version().uid().equals(before.version().uid());
    }

    @Override
    public Outcome<Attachment> publish(PublishRequest request) {
        Optional<Refusal> hindrance = sharing.hinders(request.mode());
        return hindrance
                .<Outcome<Attachment>>map(Outcome::refused)
                .orElseGet(() -> guarded(() -> attachments.attach(request)));
    }

    @Override
    public Outcome<Detached> unpublish(UnpublishRequest request, Duration patience) {
        return guarded(() -> attachments.detach(request, patience));
    }

    @Override
    public Outcome<StoredVolume> get(VolumeHandle handle) {
        return guarded(() -> found(handle));
    }

    private Outcome<StoredVolume> found(VolumeHandle handle) {
        return resources
                .find(handle)
                .map(Outcome::done)
                .orElseGet(() -> Outcome.refused(missing(handle)));
    }

    static Refusal missing(VolumeHandle handle) {
        return new Refusal.Missing("there is no DispersiveVolume " + handle);
    }

    @Override
    public Outcome<Page> list(PageWish wish) {
        return guarded(() -> {
            Page page = resources.list(wish);
            List<StoredVolume> staying =
                    page.volumes().stream().filter(it -> it.health().life() == Life.STAYS).toList();
            return Outcome.done(new Page(staying, page.next()));
        });
    }

    @Override
    public Outcome<Capacity> capacity(CapacityRequest request) {
        return guarded(() -> {
            boolean isUsable =
                    request.modes().stream().allMatch(it -> sharing.hinders(it).isEmpty());
            try {
                Layout layout = Parameters.read(request.parameters());
                return Outcome.done(capacity(isUsable ? free(layout) : new ByteSize(0)));
            } catch (BadParameterException e) {
                return Outcome.refused(e.why());
            }
        });
    }

    /** A volume's own pods claim what they need, of storage that nobody here can look into. */
    private ByteSize free(Layout layout) {
        return switch (layout.home()) {
            case Layout.OwnPods _ -> VolumeSize.LARGEST;
            case Layout.InPool pool -> {
                Room room = resources.roomIn(pool);
                Layout.Geometry geometry = layout.geometry();
                yield new ByteSize(room.free().bytes() / geometry.portions() * geometry.data());
            }
        };
    }

    private static Capacity capacity(ByteSize available) {
        return new Capacity(
                new Capacity.Available(available),
                new Capacity.Largest(
                        new ByteSize(Math.min(available.bytes(), VolumeSize.LARGEST.bytes()))),
                new Capacity.Smallest(VolumeSize.SMALLEST));
    }

    @Override
    public Outcome<ByteSize> expand(ExpandRequest request, Duration patience) {
        return guarded(() -> new Expansion(resources).expand(request, patience));
    }

    @Override
    public Outcome<Modified> modify(ModifyRequest request) {
        return guarded(() -> modified(request));
    }

    private Outcome<Modified> modified(ModifyRequest request) {
        for (int i = 0; i < Attachments.MAX_TRIES; i++) {
            Optional<StoredVolume> found = resources.find(request.volume());
            if (found.isEmpty()) {
                return Outcome.refused(missing(request.volume()));
            }
            Limits before = found.get().shape().limits();
            Limits wanted;
            try {
                wanted = LimitParameters.read(request.parameters().byName(), before);
            } catch (BadParameterException e) {
                return Outcome.refused(e.why());
            }
            if (wanted.equals(before)
                    || resources.change(found.get(), new VolumeResources.Change.Limit(wanted))
                            instanceof Written.Now) {
                return Outcome.done(new Modified());
            }
        }
        return Outcome.refused(Attachments.overtaken());
    }

    @Override
    public Outcome<Confirmation> confirm(ConfirmRequest request) {
        return guarded(() -> confirmed(request));
    }

    private Outcome<Confirmation> confirmed(ConfirmRequest request) {
        Optional<StoredVolume> found = resources.find(request.volume());
        if (found.isEmpty()) {
            return Outcome.refused(missing(request.volume()));
        }
        for (AccessMode mode : request.modes()) {
            Optional<Refusal> hindrance = sharing.hinders(mode);
            if (hindrance.isPresent()) {
                return Outcome.done(new Confirmation.Unsupported(hindrance.get().text()));
            }
        }
        return Outcome.done(
                hasOtherParameters(found.get(), request.parameters())
                        .<Confirmation>map(Confirmation.Unsupported::new)
                        .orElseGet(Confirmation.Confirmed::new));
    }

    private static Optional<String> hasOtherParameters(
            StoredVolume volume, Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Parameters.read(parameters).equals(volume.shape().layout())
                    ? Optional.empty()
                    : Optional.of("the volume was made with other parameters");
        } catch (BadParameterException e) {
            return Optional.of(e.why().text());
        }
    }

    private static <T> Outcome<T> guarded(Supplier<Outcome<T>> call) {
        try {
            return call.get();
        } catch (ResourceException e) {
            return Outcome.refused(e.why());
        }
    }
}
