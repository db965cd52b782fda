package storage.dispersive.vnet.netlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What tells a VXLAN device from all others of its host, as the kernel shows it.
 *
 * @param vni 24 bits
 * @param local the underlay's address of the host
 * @param port of UDP, at which it takes packets
 */
public record VxlanNumbers(int vni, InetAddress local, int port) {

    static final int IFLA_VXLAN_ID = 1;
    static final int IFLA_VXLAN_LOCAL = 4;
    static final int IFLA_VXLAN_PORT = 15;
    static final int IFLA_VXLAN_LOCAL6 = 17;

    /** From the data of a link of that kind; empty if the device is not bound to an address. */
    static Optional<VxlanNumbers> read(NetlinkAttributes data) {
        return data.address(IFLA_VXLAN_LOCAL)
                .or(() -> data.address(IFLA_VXLAN_LOCAL6))
                .map(local ->
                        new VxlanNumbers(
                                data.number(IFLA_VXLAN_ID).orElse(0),
                                local,
                                data.bytes(IFLA_VXLAN_PORT).map(VxlanNumbers::port).orElse(0)));
    }

    private static int port(ByteBuffer onTheWire) {
        return Short.toUnsignedInt(onTheWire.order(ByteOrder.BIG_ENDIAN).getShort());
    }
}
