package storage.dispersive.vnet.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Which way packets to an address go (linux/rtnetlink.h).
 *
 * @param linkIndex the link that they leave by
 * @param source the address that they leave from
 * @param mtuBytes of the route where it has one of its own; else that of its link counts
 */
public record Route(int linkIndex, Optional<InetAddress> source, Optional<Integer> mtuBytes) {

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTAX_MTU = 2;

    /** struct rtmsg. */
    private static final int HEADER_BYTES = 12;

    /** Asks for the way to one address. */
    static void ask(NetlinkRequest request, InetAddress destination) {
        byte[] address = destination.getAddress();
        request.putByte(Neighbour.family(destination))
                .putByte(address.length * Byte.SIZE)
                .putByte(0)
                .putByte(0)
                .putLong(0)
                .attribute(RTA_DST, address);
    }

    static Route read(ByteBuffer message) {
        message.position(HEADER_BYTES);
        NetlinkAttributes attributes = NetlinkAttributes.read(message);
        return new Route(
                attributes.number(RTA_OIF).orElse(0),
                attributes.address(RTA_PREFSRC),
                attributes.nested(RTA_METRICS).flatMap(metrics -> metrics.number(RTAX_MTU)));
    }
}
