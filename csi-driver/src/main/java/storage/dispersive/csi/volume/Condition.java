package storage.dispersive.csi.volume;

/** How a volume is. */
public sealed interface Condition {

    /** For people: what is wrong, and what to do. */
    String text();

    /** As it should be. */
    record Normal(String text) implements Condition {}

    /** It hangs, has lost redundancy, has become read-only because of an error, or the like. */
    record Abnormal(String text) implements Condition {}
}
