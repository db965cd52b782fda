package storage.dispersive.operator.founding;

import java.util.List;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.volume.Member;

/** What became of an attempt to found a volume. */
public sealed interface FoundingOutcome {

    /** The volume is founded, and recorded as such, by this attempt or an earlier one. */
    record Founded(VolumeId volume, List<Member> members) implements FoundingOutcome {
        public Founded {
            members = List.copyOf(members);
        }
    }

    /** Pods did not do their part; try again later. */
    record Waiting(List<String> reasons) implements FoundingOutcome {
        public Waiting {
            reasons = List.copyOf(reasons);
        }
    }

    /** Somebody else changed the record meanwhile; try again with what is there. */
    record Lost(String why) implements FoundingOutcome {}
}
