package storage.dispersive.cli.exercise;

import java.util.Optional;

/** What is asked of a disk, one request after the other. */
interface Transfers {

    /** The next one, whose blocks are claimed; empty if there is none now. */
    Optional<Transfer> next(long nowNanos);

    /** Whether there will be none any more. */
    boolean isOver();
}
