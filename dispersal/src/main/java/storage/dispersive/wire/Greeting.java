package storage.dispersive.wire;

import java.util.OptionalInt;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * What the two sides say before anything else: the engine {@link Hello}, the pod {@link Welcome} or
 * {@link Denied}. {@link Denied} may come at any time later too, as the last thing a pod says.
 */
public sealed interface Greeting {

    /** The versions of the protocol that this code speaks. */
    Versions SPOKEN = new Versions(1, 1);

    /** A range of protocol versions, both ends included, from 1 to 65535. */
    record Versions(int lowest, int highest) {
        public Versions {
            if (lowest < 1 || highest < lowest || highest > 0xFFFF) {
                throw new IllegalArgumentException(
                        "versions " + lowest + " through " + highest + " cannot be");
            }
        }

        /** The highest version of both ranges. */
        public OptionalInt common(Versions other) {
            int highestOfBoth = Math.min(highest, other.highest);
            return highestOfBoth >= Math.max(lowest, other.lowest)
                    ? OptionalInt.of(highestOfBoth)
                    : OptionalInt.empty();
        }

        @Override
        public String toString() {
            return lowest == highest ? "" + lowest : lowest + " to " + highest;
        }
    }

    /**
     * The engine's first frame.
     *
     * @param slot of the volume for which the engine calls this pod
     * @param pod whom the engine believes to have called
     */
    record Hello(Versions versions, VolumeId volume, SessionKind kind, int slot, PodName pod)
            implements Greeting {
        public Hello {
            if (slot < 0 || slot >= Code.MAX_PORTIONS) {
                throw new IllegalArgumentException("no such slot: " + slot);
            }
        }
    }

    /**
     * The pod's answer, after which requests may be sent.
     *
     * @param maxRequests that the pod takes at once; it reads no further before it has answered
     * @param maxBytes of requests and answers together, likewise
     */
    record Welcome(int version, PodName pod, Incarnation incarnation, int maxRequests, int maxBytes)
            implements Greeting {
        public Welcome {
            if (version < 1 || version > 0xFFFF || maxRequests < 1 || maxBytes < 1) {
                throw new IllegalArgumentException("nobody can be welcomed like this");
            }
        }
    }

    /**
     * The pod ends the connection.
     *
     * @param versions that the pod speaks
     * @param detail for a person to read
     */
    record Denied(Reason reason, Versions versions, String detail) implements Greeting {
        public Denied {
            detail = WireText.cut(detail);
        }
    }

    /** Why a pod ends a connection. The codes are part of the protocol and never change. */
    enum Reason {
        /** No version of the protocol is spoken by both. */
        VERSION(1),
        /** The certificate does not allow what was asked. */
        NOT_AUTHORIZED(2),
        /** The caller wanted another pod. */
        WRONG_POD(3),
        /** The pod has all the connections that it takes. */
        TOO_MANY_CONNECTIONS(4),
        /** The caller sent what is no frame. */
        MALFORMED(5),
        /** The caller was silent, or slow, for too long. */
        TOO_SLOW(6),
        /** The pod is going away. */
        CLOSING(7);

        private static final Reason[] BY_CODE = values();

        private final int code;

        Reason(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Reason of(int code) {
            if (code < 1 || code > BY_CODE.length) {
                throw new MalformedFrameException("unknown reason: " + code);
            }
            return BY_CODE[code - 1];
        }
    }
}
