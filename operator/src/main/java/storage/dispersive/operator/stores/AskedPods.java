package storage.dispersive.operator.stores;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import storage.dispersive.operator.founding.PodNames;
import storage.dispersive.operator.founding.PodPlaces;
import storage.dispersive.transport.SlotEndpoint;
import storage.dispersive.wire.PodName;

/**
 * Where storage pods are, as their resources' status said last. An address that is out of date
 * leads to nobody, or to somebody whose certificate names another pod. For any thread.
 */
public final class AskedPods implements PodPlaces {

    private final int administrationPort;
    private final Map<PodName, SlotEndpoint> places = new ConcurrentHashMap<>();

    /**
     * Knows none yet.
     *
     * @param administrationPort of all storage pods
     */
    public AskedPods(int administrationPort) {
        this.administrationPort = administrationPort;
    }

    /** A pod that is at an address now. */
    PodName at(String namespace, String pod, String address) {
        PodName name = PodNames.of(pod, namespace);
        places.put(name, new SlotEndpoint(address, administrationPort, name));
        return name;
    }

    @Override
    public Optional<SlotEndpoint> of(PodName pod) {
        return Optional.ofNullable(places.get(pod));
    }
}
