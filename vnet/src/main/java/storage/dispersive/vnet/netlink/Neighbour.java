package storage.dispersive.vnet.netlink;

import java.net.Inet6Address;
import java.net.InetAddress;

/** What is said about who is at the other end of a link (linux/neighbour.h). */
final class Neighbour {

    private static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    private static final int AF_BRIDGE = 7;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_PORT = 6;
    private static final int NUD_PERMANENT = 0x80;
    private static final int NUD_NOARP = 0x40;
    private static final int NTF_SELF = 0x2;

    private Neighbour() {}

    static int family(InetAddress address) {
        return address instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    /** The Ethernet address of an address. */
    static void of(NetlinkRequest request, int linkIndex, InetAddress address, MacAddress mac) {
        putHeader(request, family(address), linkIndex, NUD_PERMANENT, 0);
        request.attribute(NDA_DST, address.getAddress()).attribute(NDA_LLADDR, mac.bytes());
    }

    /** Where a VXLAN device sends whatever it sends. */
    static void ofVxlan(NetlinkRequest request, int linkIndex, InetAddress remote, int port) {
        putHeader(request, AF_BRIDGE, linkIndex, NUD_PERMANENT | NUD_NOARP, NTF_SELF);
        request.attribute(NDA_LLADDR, MacAddress.ANY.bytes())
                .attribute(NDA_DST, remote.getAddress())
                .attributeShortOnTheWire(NDA_PORT, port);
    }

    /** struct ndmsg. */
    private static void putHeader(
            NetlinkRequest request, int family, int linkIndex, int state, int flags) {
        request.putByte(family)
                .putByte(0)
                .putShort(0)
                .putInt(linkIndex)
                .putShort(state)
                .putByte(flags)
                .putByte(0);
    }
}
