package storage.dispersive.mounter;

/** Whether a place is free again. */
public sealed interface UnmountOutcome {

    /** Nothing is mounted there any more. */
    record Unmounted() implements UnmountOutcome {}

    /** Something has files open there; ask again. */
    record InUse(String why) implements UnmountOutcome {}

    /** What is there is none of ours and was left alone. */
    record NotOurs(String what) implements UnmountOutcome {}
}
