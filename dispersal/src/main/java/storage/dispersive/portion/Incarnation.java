package storage.dispersive.portion;

import java.util.HexFormat;

/**
 * One life of a store's disk: drawn at random when the store is founded, never zero. A store that
 * lost its disk comes back as another incarnation, and has no say about what the old one held.
 */
public record Incarnation(long value) {

    public Incarnation {
        if (value == 0) {
            throw new IllegalArgumentException("an incarnation is never zero");
        }
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
