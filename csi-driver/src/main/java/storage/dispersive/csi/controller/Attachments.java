package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.Optional;
import storage.dispersive.csi.controller.Attaching.Step;
import storage.dispersive.csi.controller.ResourceVolumes.Settings;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.VolumeResources.Change;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.controller.Volumes.Detached;
import storage.dispersive.csi.controller.Volumes.PublishRequest;
import storage.dispersive.csi.controller.Volumes.UnpublishRequest;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;

/** Gives nodes the right to use volumes and takes it back, by compare-and-set. */
final class Attachments {

    /** How often somebody else may be faster in one call. */
    static final int MAX_TRIES = 16;

    private final VolumeResources resources;
    private final Fencing fencing;
    private final Duration letGo;

    Attachments(VolumeResources resources, Fencing fencing, Settings settings) {
        this.resources = resources;
        this.fencing = fencing;
        this.letGo = settings.letGo();
    }

    static Refusal overtaken() {
        return new Refusal.Busy("others change the volume all the time; try again");
    }

    Outcome<Attachment> attach(PublishRequest request) {
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<StoredVolume> found = resources.find(request.volume());
            if (found.isEmpty()) {
                return Outcome.refused(ResourceVolumes.missing(request.volume()));
            }
            if (!resources.isNode(request.node())) {
                return Outcome.refused(new Refusal.Missing("there is no node " + request.node()));
            }
            StoredVolume volume = found.get();
            if (volume.health().life() == Life.GOES) {
                return Outcome.refused(
                        new Refusal.Hindered(
                                "the volume " + volume.handle() + " is being removed"));
            }
            Step step = Attaching.attach(volume.holding(), request.node(), request.mode());
            Optional<Outcome<Attachment>> taken = take(volume, step);
            if (taken.isPresent()) {
                return taken.get();
            }
        }
        return Outcome.refused(overtaken());
    }

    /** Empty if somebody was faster. */
    private Optional<Outcome<Attachment>> take(StoredVolume volume, Step step) {
        return switch (step) {
            case Step.Stays(Holding holding) ->
                    Optional.of(Outcome.done(new Attachment(holding.generation())));
            case Step.Forbidden(Refusal why) -> Optional.of(Outcome.refused(why));
            case Step.Becomes(Holding next) -> become(volume, next);
            case Step.Waits(Holding next) -> become(volume, next);
        };
    }

    private Optional<Outcome<Attachment>> become(StoredVolume volume, Holding next) {
        return resources.change(volume, new Change.Hold(next)) instanceof Written.Now
                ? Optional.of(Outcome.done(new Attachment(next.generation())))
                : Optional.empty();
    }

    Outcome<Detached> detach(UnpublishRequest request, Duration patience) {
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<StoredVolume> found = resources.find(request.volume());
            if (found.isEmpty()) {
                return Outcome.done(new Detached());
            }
            StoredVolume volume = found.get();
            switch (Attaching.detach(volume.holding(), request.leaver())) {
                case Step.Stays _ -> {
                    return Outcome.done(new Detached());
                }
                case Step.Forbidden(Refusal why) -> {
                    return Outcome.refused(why);
                }
                case Step.Becomes(Holding next) -> {
                    if (resources.change(volume, new Change.Hold(next)) instanceof Written.Now) {
                        return Outcome.done(new Detached());
                    }
                }
                case Step.Waits(Holding next) -> {
                    if (next.equals(volume.holding())
                            || resources.change(volume, new Change.Hold(next))
                                    instanceof Written.Now) {
                        return letGo(request, next, patience);
                    }
                }
            }
        }
        return Outcome.refused(overtaken());
    }

    /** Waits for the node, and fences it if it takes too long. */
    private Outcome<Detached> letGo(UnpublishRequest request, Holding leaving, Duration patience) {
        Duration wait = patience.compareTo(letGo) < 0 ? patience : letGo;
        Sight last = resources.await(request.volume(), it -> !it.holding().equals(leaving), wait);
        return switch (last) {
            case Sight.Missing(), Sight.Enough(StoredVolume _) -> Outcome.done(new Detached());
            case Sight.Late(StoredVolume volume) -> fence(request, volume);
        };
    }

    private Outcome<Detached> fence(UnpublishRequest request, StoredVolume volume) {
        Attachment attachment = new Attachment(volume.holding().generation());
        return switch (fencing.fence(request.volume(), attachment)) {
            case Outcome.Refused<Fencing.Fenced>(Refusal why) ->
                    Outcome.refused(
                            new Refusal.NotYet(
                                    "node "
                                            + volume.holding().nodes().first()
                                            + " has not let go, and cannot be fenced: "
                                            + why.text()));
            case Outcome.Done<Fencing.Fenced> _ -> {
                Holding next = new Holding(attachment.generation(), new Holding.Nobody());
                yield resources.change(volume, new Change.Hold(next)) instanceof Written.Now
                        ? Outcome.done(new Detached())
                        : Outcome.refused(overtaken());
            }
        };
    }
}
