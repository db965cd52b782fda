package storage.dispersive.transport;

/**
 * What a connection to a pod may take of an engine.
 *
 * @param maxRequests sent and not answered; the pod's welcome may lower it
 * @param maxWaiting requests that wait for that; one more is refused as busy, here
 * @param connectMillis from the first packet to the end of the TCP handshake
 * @param handshakeMillis from there to the pod's welcome
 * @param pingMillis after which something is sent on an idle connection
 * @param silenceMillis without a byte from the pod after which it counts as gone
 */
public record ClientLimits(
        int maxRequests,
        int maxWaiting,
        int connectMillis,
        long handshakeMillis,
        long pingMillis,
        long silenceMillis) {

    public static final ClientLimits DEFAULT =
            new ClientLimits(512, 4096, 3_000, 5_000, 5_000, 20_000);

    public ClientLimits {
        if (maxRequests < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException("at least one request must be possible");
        }
        if (connectMillis < 1 || handshakeMillis < 1 || pingMillis < 1) {
            throw new IllegalArgumentException("some time must be given");
        }
        if (silenceMillis <= pingMillis) {
            throw new IllegalArgumentException("a pod that is not asked need not answer");
        }
    }
}
