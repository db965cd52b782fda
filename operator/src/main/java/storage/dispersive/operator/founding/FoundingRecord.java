package storage.dispersive.operator.founding;

import java.util.Optional;

/**
 * Where the founding of one volume is recorded: the status of its resource in the API server. An
 * object of this is of one life of the resource, by its uid; another of the same name is another
 * volume's.
 *
 * <p>Founding rests on this alone: whoever else writes the status writes it by compare-and-set on
 * the version as well, or leaves alone the volume's id, its portions' pods and their incarnations.
 */
public interface FoundingRecord {

    /**
     * What is recorded.
     *
     * @param version what the API server calls the resource's state: its resourceVersion
     */
    record Snapshot(String version, Founding founding) {}

    /** What became of a write. */
    enum Written {
        DONE,
        /**
         * The resource is not in the version that was expected; perhaps because a client that heard
         * nothing sent the same write twice.
         */
        CHANGED
    }

    /**
     * What is recorded now, or was a moment ago; empty when the resource is gone. Founding stays
     * right with an old answer, and goes on sooner with a new one.
     */
    Optional<Snapshot> read();

    /**
     * Replaces what is recorded if the resource is still in the version of {@code expected}, at
     * once. When it throws, whether it was written is not known.
     */
    Written compareAndSet(Snapshot expected, Founding next);
}
