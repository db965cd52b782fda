package storage.dispersive.trials.capture;

import java.net.InetSocketAddress;
import java.util.SortedSet;

/**
 * A TCP connection, from its first byte to its last or to the end of the capture.
 *
 * @param vni of the virtual network that it is in; {@link #LAN} for the hosts' own
 * @param client who called
 * @param ports of bridges at which its segments came in
 */
public record CapturedConnection(
        int vni,
        InetSocketAddress client,
        InetSocketAddress server,
        SortedSet<String> ports,
        Conversation sealed) {

    public static final int LAN = Packet.LAN;

    public boolean isInMachine() {
        return vni != LAN;
    }

    /** Whether nobody said anything: nobody listened, or the caller thought better of it. */
    public boolean isSilent() {
        return sealed.fromClient().length == 0 || sealed.fromServer().length == 0;
    }

    @Override
    public String toString() {
        return "%s: %s to %s, %d + %d bytes"
                .formatted(
                        isInMachine() ? "VNI " + vni : "LAN",
                        client,
                        server,
                        sealed.fromClient().length,
                        sealed.fromServer().length);
    }
}
