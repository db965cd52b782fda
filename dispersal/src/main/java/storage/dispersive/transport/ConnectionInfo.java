package storage.dispersive.transport;

import java.net.SocketAddress;
import java.util.Optional;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.LeaseId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * One open connection, for status and metrics.
 *
 * @param slot of the volume, as the engine said
 * @param lease under which it was made; empty over plain sockets
 * @param sinceNanos when it was begun, of {@link System#nanoTime}
 * @param counters live: they go on counting
 */
public record ConnectionInfo(
        VolumeId volume,
        int slot,
        SessionKind kind,
        SocketAddress address,
        Optional<LeaseId> lease,
        long sinceNanos,
        TransferCounters counters) {}
