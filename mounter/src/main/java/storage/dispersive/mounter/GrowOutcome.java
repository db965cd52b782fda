package storage.dispersive.mounter;

/** Whether a file system fills its device. */
public sealed interface GrowOutcome {

    /** It does, now or already. */
    record Grown(long deviceBytes) implements GrowOutcome {}

    /** It is mounted nowhere here; it can grow when it is. */
    record NotMounted() implements GrowOutcome {}
}
