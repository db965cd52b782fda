package storage.dispersive.volume;

/** How a volume's engine sees one of its pods. */
public enum PodState {
    /** No connection; one is being tried for. */
    DOWN,
    /** Connected, and not yet fenced for this engine. */
    FENCING,
    /** Fenced for this engine; takes new portions. */
    UP,
    /** It lost its disk, or is not the store that was admitted: it counts as missing. */
    WIPED
}
