package storage.dispersive.csi.kubernetes;

import java.util.Optional;
import storage.dispersive.csi.controller.Attaching;
import storage.dispersive.csi.controller.Attaching.Step;
import storage.dispersive.csi.controller.Holding;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.ResourceException;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.VolumeResources;
import storage.dispersive.csi.controller.VolumeResources.Change;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.node.Tenancy;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Writes into a volume's resource what a node does with it. */
public final class NodeTenancy implements Tenancy {

    private static final int MAX_TRIES = 16;

    private final VolumeResources resources;
    private final NodeName node;

    public NodeTenancy(VolumeResources resources, NodeName node) {
        this.resources = resources;
        this.node = node;
    }

    /** What a holding is to become. */
    @FunctionalInterface
    private interface Rule {
        Step of(Holding now);
    }

    @Override
    public Outcome<Opened> open(VolumeHandle volume, Attachment attachment) {
        return change(volume, now -> Attaching.open(now, node, attachment), new Opened());
    }

    /** A volume that is gone is let go of. */
    @Override
    public Outcome<LetGo> letGo(VolumeHandle volume, Attachment attachment) {
        Outcome<LetGo> outcome =
                change(volume, now -> Attaching.letGo(now, node, attachment), new LetGo());
        return outcome instanceof Outcome.Refused<LetGo>(Refusal.Missing _)
                ? Outcome.done(new LetGo())
                : outcome;
    }

    @Override
    public Outcome<Right> right(VolumeHandle volume, Attachment attachment) {
        try {
            boolean isHeld =
                    resources
                            .find(volume)
                            .filter(it -> Attaching.isHeldBy(it.holding(), node, attachment))
                            .isPresent();
            return Outcome.done(isHeld ? Right.HELD : Right.LOST);
        } catch (ResourceException e) {
            return Outcome.refused(e.why());
        }
    }

    private <T> Outcome<T> change(VolumeHandle handle, Rule rule, T done) {
        try {
            for (int i = 0; i < MAX_TRIES; i++) {
                Optional<StoredVolume> found = resources.find(handle);
                if (found.isEmpty()) {
                    return Outcome.refused(
                            new Refusal.Missing("there is no DispersiveVolume " + handle));
                }
                switch (rule.of(found.get().holding())) {
                    case Step.Stays _ -> {
                        return Outcome.done(done);
                    }
                    case Step.Forbidden(Refusal why) -> {
                        return Outcome.refused(why);
                    }
                    case Step.Becomes(Holding next) -> {
                        if (write(found.get(), next)) {
                            return Outcome.done(done);
                        }
                    }
                    case Step.Waits(Holding next) -> {
                        if (write(found.get(), next)) {
                            return Outcome.done(done);
                        }
                    }
                }
            }
            return Outcome.refused(
                    new Refusal.Busy("others change the volume all the time; try again"));
        } catch (ResourceException e) {
            return Outcome.refused(e.why());
        }
    }

    private boolean write(StoredVolume seen, Holding next) {
        return resources.change(seen, new Change.Hold(next)) instanceof Written.Now;
    }
}
