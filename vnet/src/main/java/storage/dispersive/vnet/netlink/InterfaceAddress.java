package storage.dispersive.vnet.netlink;

import java.net.Inet6Address;
import java.net.InetAddress;

/** What is said about an address that a link gets (linux/if_addr.h). */
final class InterfaceAddress {

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    /** Nobody else has it, so nobody needs to be asked before it is used. */
    private static final int IFA_F_NODAD = 0x2;

    private InterfaceAddress() {}

    static void write(NetlinkRequest request, int linkIndex, InetAddress address, int prefixBits) {
        boolean six = address instanceof Inet6Address;
        request.putByte(Neighbour.family(address))
                .putByte(prefixBits)
                .putByte(six ? IFA_F_NODAD : 0)
                .putByte(0)
                .putInt(linkIndex)
                .attribute(IFA_LOCAL, address.getAddress())
                .attribute(IFA_ADDRESS, address.getAddress());
    }
}
