package storage.dispersive.volume.recovery;

import java.util.Set;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.StripeHeader;

/** An attempt at a stripe of which some portions were listed. */
final class Sighting {

    private final StripeHeader header;
    private int portions;

    Sighting(StripeHeader header) {
        this.header = header;
    }

    StripeHeader header() {
        return header;
    }

    void saw(int index) {
        portions |= 1 << index;
    }

    boolean has(int index) {
        return (portions >>> index & 1) == 1;
    }

    /** Whether a store that the attempt names vouches that it does not hold its portion. */
    boolean isMissedBy(Set<Holder> answered) {
        for (int index = 0; index < header.code().portions(); index++) {
            if (!has(index) && answered.contains(header.holder(index))) {
                return true;
            }
        }
        return false;
    }

    boolean decodes() {
        return Integer.bitCount(portions) >= header.code().dataPortions();
    }
}
