package storage.dispersive.operator.founding;

import java.util.List;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.volume.Member;
import storage.dispersive.wire.PodName;

/** How far a volume's founding has come, as the volume's resource records it. */
public sealed interface Founding {

    /** Nobody has tried yet. */
    record Untried() implements Founding {}

    /**
     * Somebody may be founding it under this id, or have tried and died. Pods may hold anything of
     * it.
     *
     * @param pods by slot
     */
    record Attempted(VolumeId volume, List<PodName> pods) implements Founding {
        public Attempted {
            pods = List.copyOf(pods);
        }
    }

    /** All of its pods hold it; this never changes back. */
    record Founded(VolumeId volume, List<Member> members) implements Founding {
        public Founded {
            members = List.copyOf(members);
        }
    }
}
