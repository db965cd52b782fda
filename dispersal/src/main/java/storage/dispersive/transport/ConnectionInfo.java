package storage.dispersive.transport;

import java.net.SocketAddress;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

/**
 * One open connection, for status and metrics.
 *
 * @param slot of the volume, as the engine said
 * @param counters live: they go on counting
 */
public record ConnectionInfo(
        VolumeId volume,
        int slot,
        SessionKind kind,
        SocketAddress address,
        TransferCounters counters) {}
