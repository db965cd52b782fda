package storage.dispersive.transport;

import storage.dispersive.portion.PortionFormat;

/**
 * What a pod lets others take of it.
 *
 * @param maxHalfOpen connections that have not been welcomed; the oldest is cut for a new one, of
 *     those that came by the same door if there are any, so that a flood of them cannot keep honest
 *     ones out
 * @param maxConnections that have been welcomed
 * @param maxRequests of one connection under way; further ones are not read
 * @param maxBytes of one connection's requests under way and their answers until these are with the
 *     kernel; further requests are not read, but one may always be under way
 * @param handshakeMillis from accepting a connection to its welcome
 * @param leaseMillis from opening a leased door to the welcome of its one caller, who may have to
 *     wait for the other end's machine and to send its first packet again
 * @param idleMillis without a byte in either direction, while no request is with the handler
 * @param frameMillis from the first byte of a frame to its last
 */
public record ServerLimits(
        int maxHalfOpen,
        int maxConnections,
        int maxRequests,
        int maxBytes,
        long handshakeMillis,
        long leaseMillis,
        long idleMillis,
        long frameMillis) {

    public static final ServerLimits DEFAULT =
            new ServerLimits(256, 1024, 1024, 32 << 20, 10_000, 30_000, 60_000, 30_000);

    public ServerLimits {
        if (maxHalfOpen < 1 || maxConnections < 1 || maxRequests < 1) {
            throw new IllegalArgumentException("a pod must take at least one of each");
        }
        if (maxBytes < PortionFormat.MAX_PORTION_BYTES) {
            throw new IllegalArgumentException("a pod must take the longest portion");
        }
        if (handshakeMillis < 1 || leaseMillis < 1 || idleMillis < 1 || frameMillis < 1) {
            throw new IllegalArgumentException("a pod must give some time");
        }
    }
}
