package storage.dispersive.mounter;

/** What came of a {@link StageRequest}. */
public sealed interface MountOutcome {

    /** The volume's file system is mounted there, now or already. */
    record Mounted(BlockDisk disk) implements MountOutcome {}

    /** Something else is mounted there, or the same with other options; it was left alone. */
    record MountedElse(String what) implements MountOutcome {}

    /** The checking program did not dare to repair it by itself. */
    record NeedsRepair(String report) implements MountOutcome {}

    /** The device does not hold the file system that was asked for. */
    record NotThere(Content found) implements MountOutcome {}
}
