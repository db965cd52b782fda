package storage.dispersive.pod.store;

import org.jspecify.annotations.Nullable;

/** A store could not be opened. The message says what is wrong and what to do. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What a caller may want to tell apart. */
    public enum Reason {
        NOT_A_DIRECTORY,
        NOT_WRITABLE,
        /** The directory holds files, and none of them says that this is a store. */
        NOT_A_STORE,
        OTHER_POD,
        FUTURE_FORMAT,
        LOCKED,
        DAMAGED,
        NO_SPACE,
        /** The disk answered with an error. */
        IO
    }

    StoreException(Reason reason, String message) {
        this(reason, message, null);
    }

    StoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
