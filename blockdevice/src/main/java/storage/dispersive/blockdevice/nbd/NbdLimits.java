package storage.dispersive.blockdevice.nbd;

import storage.dispersive.disk.VirtualDisk;

/**
 * How much clients may ask of a server at once. A connection that reaches its limit is not read
 * until some of its requests have been answered; one client never waits for another's buffers.
 *
 * @param connections open at once; more are closed without a greeting
 * @param requestsPerConnection in flight: read from the socket and not yet answered
 * @param bufferBytesPerConnection of payload in flight; buffers have power-of-two sizes
 * @param idleBufferBytes that the server keeps for the next requests instead of freeing them
 * @param handshakeMillis after which an unfinished handshake may be closed to make room for a new
 *     connection
 * @param closeMillis that {@link NbdServer#close} gives requests in flight
 */
public record NbdLimits(
        int connections,
        int requestsPerConnection,
        long bufferBytesPerConnection,
        long idleBufferBytes,
        long handshakeMillis,
        long closeMillis) {

    public static final NbdLimits DEFAULT =
            new NbdLimits(16, 128, 64L << 20, 64L << 20, 10_000, 5_000);

    public NbdLimits {
        if (connections < 1
                || requestsPerConnection < 1
                || bufferBytesPerConnection < VirtualDisk.MAX_TRANSFER_BYTES
                || idleBufferBytes < 0
                || handshakeMillis < 0
                || closeMillis < 0) {
            throw new IllegalArgumentException("limits out of range");
        }
    }
}
