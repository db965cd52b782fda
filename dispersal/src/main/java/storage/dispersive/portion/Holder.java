package storage.dispersive.portion;

/** The store that a stripe names for one of its portions: its place in the volume, and its life. */
public record Holder(int slot, Incarnation incarnation) {

    public Holder {
        if (slot < 0 || slot >= Code.MAX_PORTIONS) {
            throw new IllegalArgumentException("no such slot: " + slot);
        }
    }
}
