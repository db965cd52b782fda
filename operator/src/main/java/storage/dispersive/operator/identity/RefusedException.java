package storage.dispersive.operator.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A caller gets no certificate. The message, which never has the token, says why. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final int status;
    private final @Nullable Duration retryAfter;

    private RefusedException(int status, String message, @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    static RefusedException malformed(String why) {
        return new RefusedException(BAD_REQUEST, why, null);
    }

    /** Nobody knows who asks. */
    static RefusedException unknown(String why) {
        return new RefusedException(UNAUTHORIZED, why, null);
    }

    /** Who asks is known, and may not. */
    static RefusedException forbidden(String why) {
        return new RefusedException(FORBIDDEN, why, null);
    }

    static RefusedException tooMany(Duration retryAfter) {
        return new RefusedException(TOO_MANY, "too many questions", retryAfter);
    }

    static RefusedException tooBusy() {
        return unavailable("busy", Duration.ofSeconds(2));
    }

    static RefusedException unavailable(String why, Duration retryAfter) {
        return new RefusedException(UNAVAILABLE, why, retryAfter);
    }

    /** Whether the same question may be answered later. */
    boolean isHaste() {
        return status == TOO_MANY;
    }

    Answer answer() {
        return Answer.of(status, getMessage() + "\n", retryAfter);
    }
}
