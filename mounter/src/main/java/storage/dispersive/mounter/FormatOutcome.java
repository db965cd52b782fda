package storage.dispersive.mounter;

/** What came of a {@link FormatRequest}. */
public sealed interface FormatOutcome {

    /** The device is blank. Record {@link FormatState#BEGUN}, then ask again. */
    record RecordBegun() implements FormatOutcome {}

    /** The file system is there and durable. Record {@link FormatState#DONE}, then mount. */
    record Formatted(String uuid) implements FormatOutcome {}

    /** Nothing was written: what is there is not what the record lets one expect. */
    record Refused(Content found, String why) implements FormatOutcome {}
}
