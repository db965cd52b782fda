package storage.dispersive.operator.founding;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** A storage pod that answers what founding asks, as a real one does; a test holds it to that. */
public final class ModelPod {

    /** What it has of one volume. */
    private record Kept(int slot, Code code, @Nullable KeyShare share) {}

    private final Incarnation incarnation;
    private final Map<VolumeId, Kept> volumes = new HashMap<>();

    public ModelPod(Incarnation incarnation) {
        this.incarnation = incarnation;
    }

    public PodReply answer(PodRequest request) {
        return switch (request) {
            case PodRequest.Found found -> found(found);
            case PodRequest.KeepShare keep -> keep(keep);
            case PodRequest.Forget forget -> {
                volumes.remove(forget.volume());
                yield new PodReply.Forgotten();
            }
            case PodRequest.Describe(VolumeId volume) ->
                    new PodReply.Description(
                            incarnation,
                            volumes.containsKey(volume)
                                    ? PodReply.Presence.FOUNDED
                                    : PodReply.Presence.UNKNOWN,
                            Epoch.ZERO,
                            0,
                            0,
                            0);
            default -> throw new AssertionError("founding does not ask for " + request);
        };
    }

    private PodReply found(PodRequest.Found found) {
        Kept known = volumes.get(found.volume());
        if (known == null) {
            volumes.put(found.volume(), new Kept(found.slot(), found.code(), null));
        } else if (known.slot() != found.slot() || !known.code().equals(found.code())) {
            return Refused.because(Refusal.CONFLICT, "another slot");
        }
        return new PodReply.Founded(incarnation);
    }

    private PodReply keep(PodRequest.KeepShare keep) {
        Kept known = volumes.get(keep.volume());
        if (known == null) {
            return Refused.because(Refusal.UNKNOWN_VOLUME, "not founded here");
        }
        if (!keep.incarnation().equals(incarnation)) {
            return Refused.because(Refusal.OTHER_INCARNATION, "another life");
        }
        KeyShare share = KeyShare.decode(keep.share());
        if (known.share() != null && !known.share().equals(share)) {
            return Refused.because(Refusal.CONFLICT, "another share is kept");
        }
        volumes.put(keep.volume(), new Kept(known.slot(), known.code(), share));
        return new PodReply.ShareKept();
    }

    boolean holds(VolumeId volume, int slot) {
        Kept kept = volumes.get(volume);
        return kept != null && kept.slot() == slot;
    }

    Optional<KeyShare> share(VolumeId volume) {
        return Optional.ofNullable(volumes.get(volume)).map(Kept::share);
    }

    int volumes() {
        return volumes.size();
    }
}
