package storage.dispersive.operator.reconcile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What storage pods are asked about what they hold. For any thread; waits for answers. */
public interface StoreQuestions {

    /**
     * A storage pod to be asked.
     *
     * @param run tells one run of it from another
     */
    record Place(String namespace, String pod, String address, String run) {}

    /**
     * What a store says.
     *
     * @param incarnation which life of its disk it is
     * @param volumeBytes what it holds of the volume that was asked for; empty if it does not know
     *     it
     */
    record Store(String incarnation, Optional<Long> volumeBytes, long freeBytes) {}

    /**
     * Asks for how stores are, and for a volume if there is one; the answers by pod, without those
     * that do not answer.
     */
    Map<String, Store> describe(Optional<String> volumeId, List<Place> places);
}
