package storage.dispersive.mounter;

import java.io.IOException;

/** An operation did not come to an outcome. What it had done by then stays; ask again. */
public final class MounterException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Reason {
        /** The request must not or cannot be fulfilled, whenever it is made. */
        REFUSED,
        /** Another operation of this volume or path goes on. */
        BUSY,
        /** The kernel or a program failed; the message has its words. */
        FAILED,
        /** No mounter answers at its socket. */
        UNREACHABLE,
        /** No answer came in time; the operation goes on. */
        TIMED_OUT
    }

    private final Reason reason;

    public MounterException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public MounterException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
