package storage.dispersive.transport;

import java.util.Optional;
import storage.dispersive.wire.Greeting.Denied;
import storage.dispersive.wire.Greeting.Hello;
import storage.dispersive.wire.Lease;

/** A way into a pod, and who may come in by it. On the loop. */
abstract class Door {

    private final Handshake handshake;

    Door(Handshake handshake) {
        this.handshake = handshake;
    }

    /** How the pod shows there who it is, and callers do. */
    final Handshake handshake() {
        return handshake;
    }

    /** Why this peer may not come in with this greeting; empty if it may. */
    abstract Optional<Denied> denial(PeerIdentity peer, Hello hello);

    /** What callers come under; the same for the door's whole life. */
    abstract Optional<Lease> lease();

    /** Somebody came who has not said who it is. */
    void entered(ServerConnection connection) {}

    /** It has said it, and is let in. */
    void welcomed(ServerConnection connection) {}

    /** A connection that entered has ended, welcomed or not; its channel may take a while more. */
    void ended(ServerConnection connection) {}
}
