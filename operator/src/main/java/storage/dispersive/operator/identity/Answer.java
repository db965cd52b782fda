package storage.dispersive.operator.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is answered.
 *
 * @param retrySeconds how long to stay away; null if that is the caller's to choose
 */
record Answer(int status, String text, @Nullable Long retrySeconds) {

    static Answer of(int status, String text, @Nullable Duration retryAfter) {
        return new Answer(
                status,
                text,
                retryAfter == null ? null : Math.max(1, retryAfter.plusMillis(999).toSeconds()));
    }

    static Answer of(int status, String text) {
        return of(status, text, null);
    }
}
