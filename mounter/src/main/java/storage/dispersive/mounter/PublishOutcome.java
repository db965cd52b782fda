package storage.dispersive.mounter;

/** What came of a {@link PublishRequest}. */
public sealed interface PublishOutcome {

    /** The volume is shown there, now or already. */
    record Published() implements PublishOutcome {}

    /** The volume is not mounted where it should be staged, or has no device: nothing was shown. */
    record NotStaged(String why) implements PublishOutcome {}

    /** Something else is at the target, or the same with another access; it was left alone. */
    record TargetTaken(String by) implements PublishOutcome {}
}
