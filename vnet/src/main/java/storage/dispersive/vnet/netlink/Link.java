package storage.dispersive.vnet.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A link as the kernel shows it.
 *
 * @param index by which requests name it, within its namespace
 * @param kind of a virtual link, for instance {@code vxlan}; empty for others
 * @param mtuBytes of packets that it carries
 * @param vxlan of a VXLAN device that is bound to an address
 */
public record Link(
        int index,
        String name,
        String kind,
        boolean up,
        int mtuBytes,
        LinkCounters counters,
        Optional<VxlanNumbers> vxlan) {

    private static final String VXLAN = "vxlan";

    /** struct ifinfomsg. */
    static final int HEADER_BYTES = 16;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    private static final int IFLA_STATS64 = 23;
    static final int IFLA_NET_NS_FD = 28;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_INFO_DATA = 2;
    static final int IFF_UP = 1;

    private static final int INDEX_OFFSET = 4;
    private static final int FLAGS_OFFSET = 8;
    private static final int COUNTERS_BYTES = 4 * Long.BYTES;

    static Link read(ByteBuffer message) {
        int index = message.getInt(INDEX_OFFSET);
        int flags = message.getInt(FLAGS_OFFSET);
        message.position(HEADER_BYTES);
        NetlinkAttributes attributes = NetlinkAttributes.read(message);
        Optional<NetlinkAttributes> info = attributes.nested(IFLA_LINKINFO);
        String kind = info.flatMap(i -> i.text(IFLA_INFO_KIND)).orElse("");
        return new Link(
                index,
                attributes.text(IFLA_IFNAME).orElse(""),
                kind,
                (flags & IFF_UP) != 0,
                attributes.number(IFLA_MTU).orElse(0),
                attributes.bytes(IFLA_STATS64).map(Link::counters).orElse(NO_COUNTERS),
                info.filter(_ -> kind.equals(VXLAN))
                        .flatMap(i -> i.nested(IFLA_INFO_DATA))
                        .flatMap(VxlanNumbers::read));
    }

    private static final LinkCounters NO_COUNTERS = new LinkCounters(0, 0, 0, 0);

    /** The head of struct rtnl_link_stats64. */
    private static LinkCounters counters(ByteBuffer stats) {
        return stats.remaining() < COUNTERS_BYTES
                ? NO_COUNTERS
                : new LinkCounters(
                        stats.getLong(), stats.getLong(), stats.getLong(), stats.getLong());
    }
}
