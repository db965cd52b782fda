package storage.dispersive.operator.reconcile;

import java.util.Optional;

/** Sees to it that storage pods find the authorities that they trust. For any thread. */
@FunctionalInterface
public interface Authorities {

    /**
     * Brings what is published in a namespace up to date.
     *
     * @return why it cannot be, for people
     */
    Optional<String> publish(String namespace);
}
