package storage.dispersive.wire;

/**
 * Opens connections of one volume to its pods. Used on the loop's thread only, and calls its
 * listeners there.
 */
public interface PodConnector {

    /** Tries once to connect to the pod in {@code slot}; trying again is the caller's to time. */
    void open(int slot, SessionKind kind, SessionListener listener);

    /** Writes and reads travel over different connections. */
    enum SessionKind {
        WRITE,
        READ
    }

    /** Hears of one connection. */
    interface SessionListener {
        void opened(PodSession session);

        /**
         * Something was asked a while ago and nothing was heard since, not even the answer to a
         * ping: the way to the pod may be cut. May be called again.
         */
        default void silent() {}

        /** After {@link #silent}, something was heard. */
        default void heardAgain() {}

        /** The connection could not be made, or has ended; nothing is heard after this. */
        void closed(String reason);
    }
}
