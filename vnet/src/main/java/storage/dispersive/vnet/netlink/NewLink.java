package storage.dispersive.vnet.netlink;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import storage.dispersive.linux.NetworkNamespace;

/** What is said about a link that is to be made, by its kind (linux/if_link.h). */
final class NewLink {

    private static final int IFLA_VXLAN_LEARNING = 7;
    private static final int IFLA_VXLAN_PORT_RANGE = 10;
    private static final int VETH_INFO_PEER = 1;
    private static final int AF_UNSPEC = 0;

    private NewLink() {}

    /** struct ifinfomsg. */
    static void putHeader(NetlinkRequest request, int index, int flags, int change) {
        request.putByte(AF_UNSPEC).putByte(0).putShort(0);
        request.putInt(index).putInt(flags).putInt(change);
    }

    static void vxlan(NetlinkRequest request, VxlanSpec spec, NetworkNamespace inside) {
        request.attributeInt(Link.IFLA_NET_NS_FD, inside.descriptor().number())
                .attributeInt(Link.IFLA_MTU, spec.mtuBytes())
                .attribute(Link.IFLA_ADDRESS, spec.address().bytes());
        ofKind(request, "vxlan", () -> putVxlan(request, spec));
    }

    /** A pair, one of which is in another namespace. */
    static void veth(NetlinkRequest request, String peerName, NetworkNamespace peerInside) {
        Runnable peer = () -> putPeer(request, peerName, peerInside);
        ofKind(request, "veth", () -> request.nested(VETH_INFO_PEER, peer));
    }

    static void bridge(NetlinkRequest request) {
        request.nested(
                Link.IFLA_LINKINFO, () -> request.attributeText(Link.IFLA_INFO_KIND, "bridge"));
    }

    private static void ofKind(NetlinkRequest request, String kind, Runnable data) {
        request.nested(
                Link.IFLA_LINKINFO,
                () ->
                        request.attributeText(Link.IFLA_INFO_KIND, kind)
                                .nested(Link.IFLA_INFO_DATA, data));
    }

    private static void putVxlan(NetlinkRequest request, VxlanSpec spec) {
        boolean six = spec.local() instanceof Inet6Address;
        ByteBuffer sourcePorts =
                ByteBuffer.allocate(2 * Short.BYTES)
                        .putShort((short) spec.port())
                        .putShort((short) (spec.port() + 1));
        request.attributeInt(VxlanNumbers.IFLA_VXLAN_ID, spec.vni())
                .attribute(
                        six ? VxlanNumbers.IFLA_VXLAN_LOCAL6 : VxlanNumbers.IFLA_VXLAN_LOCAL,
                        spec.local().getAddress())
                .attributeByte(IFLA_VXLAN_LEARNING, 0)
                .attribute(IFLA_VXLAN_PORT_RANGE, sourcePorts.array())
                .attributeShortOnTheWire(VxlanNumbers.IFLA_VXLAN_PORT, spec.port());
    }

    private static void putPeer(
            NetlinkRequest request, String peerName, NetworkNamespace peerInside) {
        putHeader(request, 0, 0, 0);
        request.attributeText(Link.IFLA_IFNAME, peerName)
                .attributeInt(Link.IFLA_NET_NS_FD, peerInside.descriptor().number());
    }
}
