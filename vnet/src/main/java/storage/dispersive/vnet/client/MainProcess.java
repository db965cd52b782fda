package storage.dispersive.vnet.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import storage.dispersive.wire.LeaseId;

/**
 * What a main process is asked by the sidecar beside it. Called on the conversation's thread, which
 * must not be kept for long.
 */
public interface MainProcess {

    /**
     * The machines of which this process has sockets, for a sidecar that was started anew. The
     * descriptors are duplicates, and the receiver's.
     */
    List<Held> held();

    /**
     * A machine stands whose listening socket waits for one connection. Takes over the descriptor.
     *
     * @param answer hears once why it is not taken, or nothing when it is being listened to
     */
    void offered(Held listening, Consumer<Optional<String>> answer);

    /** A sidecar is there, perhaps another one than before; it was told what this process holds. */
    default void welcomed() {}

    /** The sidecar has ended a machine. */
    void ended(LeaseId lease, String why);
}
