package storage.dispersive.cli.engine;

import org.jspecify.annotations.Nullable;

/**
 * One line to an engine.
 *
 * @param bytesPerSecond of {@link Kind#LIMIT}: what each connection may carry each way, 0 for as
 *     much as it can
 */
record ControlRequest(Kind request, @Nullable Long bytesPerSecond) {

    enum Kind {
        STATUS,
        /** Replace all sessions by new ones, which are ready before the old ones go. */
        ROLL,
        LIMIT
    }
}
