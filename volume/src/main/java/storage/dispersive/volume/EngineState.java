package storage.dispersive.volume;

/** Where an engine is in its life. */
public enum EngineState {
    /** Fencing at the pods and reading what they hold. */
    RECOVERING,
    SERVING,
    /** Another writer took over; nothing is served any more. */
    FENCED,
    /** It could not come to serve. */
    FAILED,
    CLOSED
}
