package storage.dispersive.volume.log;

import storage.dispersive.portion.StripeHeader;
import storage.dispersive.volume.map.Placement;

/** One attempt at a stripe: which of its stores have answered that they hold their portion. */
final class Dispersal {

    private final StripeHeader header;
    private final Placement placement;
    private int held;
    private boolean broken;

    Dispersal(StripeHeader header) {
        this.header = header;
        this.placement = Placement.of(header);
    }

    StripeHeader header() {
        return header;
    }

    Placement placement() {
        return placement;
    }

    void heldBy(int index) {
        held |= 1 << index;
    }

    boolean holds(int index) {
        return (held >>> index & 1) == 1;
    }

    int heldCount() {
        return Integer.bitCount(held);
    }

    boolean isComplete() {
        return heldCount() == header.code().portions();
    }

    /** A portion of it will not come to be held: another attempt is needed. */
    void breakUp() {
        broken = true;
    }

    boolean isBroken() {
        return broken;
    }
}
