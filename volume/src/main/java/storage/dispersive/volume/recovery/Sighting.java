package storage.dispersive.volume.recovery;

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

    boolean decodes() {
        return Integer.bitCount(portions) >= header.code().dataPortions();
    }
}
