package storage.dispersive.portion;

import java.util.UUID;

/**
 * The random name of one run of an engine. It separates the sealing keys of two runs, and tells a
 * repeated fence of one run from the fence of another run that lays claim to the same epoch.
 */
public record RunId(long high, long low) {

    /** Stands in requests of which no run has anything to say; no engine draws it. */
    public static final RunId NONE = new RunId(0, 0);

    @Override
    public String toString() {
        return new UUID(high, low).toString();
    }
}
