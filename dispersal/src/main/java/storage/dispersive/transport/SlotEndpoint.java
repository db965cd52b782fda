package storage.dispersive.transport;

import storage.dispersive.wire.PodName;

/**
 * Where the pod of a slot listens, and who must answer there.
 *
 * @param host a name or an address
 */
public record SlotEndpoint(String host, int port, PodName pod) {
    public SlotEndpoint {
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("nobody listens at " + host + " port " + port);
        }
    }
}
