package storage.dispersive.transport;

import storage.dispersive.wire.PodConnector.SessionKind;

/** Finds ways to the pods of one volume. Used on the loop's thread, and answers there. */
public interface Dialer {

    /** Tries once to reach the pod in {@code slot}, for one session of this kind. */
    void dial(int slot, SessionKind kind, Answer answer);

    /**
     * The pod is not heard over this line, though it was asked; another way may be better. On the
     * loop, perhaps repeatedly.
     */
    default void failing(Line line) {}

    /** The pod is heard over it again. On the loop. */
    default void works(Line line) {}

    /** Hears one of these, once, never before {@link #dial} returns. */
    interface Answer {

        /** Whoever hears it owns the channel, and closes it. */
        void connected(Line line);

        /** There is no way; {@code why} is for people. */
        void failed(String why);
    }
}
