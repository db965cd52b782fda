package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.Optional;
import storage.dispersive.csi.controller.StoredVolume.Growth;
import storage.dispersive.csi.controller.VolumeResources.Change;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.controller.Volumes.ExpandRequest;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;

/** Makes a volume larger. */
final class Expansion {

    private final VolumeResources resources;

    Expansion(VolumeResources resources) {
        this.resources = resources;
    }

    Outcome<ByteSize> expand(ExpandRequest request, Duration patience) {
        return switch (VolumeSize.within(request.range())) {
            case Outcome.Refused<ByteSize>(Refusal why) -> Outcome.refused(why);
            case Outcome.Done<ByteSize>(ByteSize wanted) -> grown(request, wanted, patience);
        };
    }

    private Outcome<ByteSize> grown(ExpandRequest request, ByteSize wanted, Duration patience) {
        for (int i = 0; i < Attachments.MAX_TRIES; i++) {
            Optional<StoredVolume> found = resources.find(request.volume());
            if (found.isEmpty()) {
                return Outcome.refused(ResourceVolumes.missing(request.volume()));
            }
            ByteSize size = found.get().shape().size();
            if (size.bytes() > request.range().limit().bytes()) {
                return Outcome.refused(
                        new Refusal.OutOfRange(
                                "the volume has " + size + " already, and volumes never shrink"));
            }
            if (size.compareTo(wanted) >= 0
                    || resources.change(found.get(), new Change.Grow(wanted))
                            instanceof Written.Now) {
                return await(request, wanted, patience);
            }
        }
        return Outcome.refused(Attachments.overtaken());
    }

    private Outcome<ByteSize> await(ExpandRequest request, ByteSize wanted, Duration patience) {
        Sight last =
                resources.await(
                        request.volume(),
                        // What is seen first may be older than the change.
                        it ->
                                it.shape().size().compareTo(wanted) >= 0
                                        && it.health().growth() instanceof Growth.Grown,
                        patience);
        return switch (last) {
            case Sight.Missing() -> Outcome.refused(ResourceVolumes.missing(request.volume()));
            case Sight.Enough(StoredVolume volume) -> Outcome.done(volume.shape().size());
            case Sight.Late(StoredVolume volume) ->
                    Outcome.refused(new Refusal.NotYet(why(volume)));
        };
    }

    private static String why(StoredVolume volume) {
        return switch (volume.health().growth()) {
            case Growth.Grown() -> "the volume has just grown";
            case Growth.Growing(String text) -> "the storage pods have no room yet: " + text;
        };
    }
}
