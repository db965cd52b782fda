package storage.dispersive.operator.founding;

import java.util.Optional;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.wire.PodName;

/** Knows where pods are now. Asked by any thread, anew for each question to a pod. */
@FunctionalInterface
public interface PodPlaces {

    /**
     * Where the pod listens, and who must answer there; empty while it has no address. A host name
     * is looked up at each connection.
     */
    Optional<SlotEndpoint> of(PodName pod);
}
