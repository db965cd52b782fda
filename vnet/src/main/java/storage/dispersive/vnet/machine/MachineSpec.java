package storage.dispersive.vnet.machine;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import storage.dispersive.vnet.netlink.MacAddress;
import storage.dispersive.vnet.netlink.VxlanSpec;

/**
 * One of the two machines of a link. Both ends agree on the VNI; all that is inside follows from
 * it.
 *
 * @param vni of the link, 24 bits; its lower {@value #VNI_BITS} bits are its own among the links
 *     that are alive at either end
 * @param underlay where the link's packets arrive here, an address of the host and a UDP port
 * @param peer where they arrive at the other end
 * @param mtuBytes of packets inside
 */
public record MachineSpec(
        int vni, End end, InetSocketAddress underlay, InetSocketAddress peer, int mtuBytes) {

    /** The port of the connection inside of the machine of the storage pod. */
    public static final int PORT = 7420;

    static final String LINK_NAME = "machine";
    static final int PREFIX_BITS = 31;

    /** So many links have addresses of their own in 10.0.0.0/8, two each. */
    static final int VNI_BITS = 23;

    private static final int NETWORK = 10 << 24;

    /** Locally administered (IEEE 802). */
    private static final long MAC_PREFIX = 0x02D5_0000_0000L;

    /** IPv6 asks for it (RFC 8200), and TCP for something to carry. */
    private static final int LEAST_MTU_BYTES = 1280;

    /** 240.0.0.0/4 and the limited broadcast in it are of no host (RFC 6890). */
    private static final int FIRST_RESERVED_4 = 240;

    /** Which of the two. */
    public enum End {
        NODE(0),
        STORAGE(1);

        /** The last bit of addresses. */
        private final int bit;

        End(int bit) {
            this.bit = bit;
        }

        End other() {
            return this == NODE ? STORAGE : NODE;
        }
    }

    public MachineSpec {
        if (mtuBytes < LEAST_MTU_BYTES || mtuBytes > 0xFFFF) {
            throw new IllegalArgumentException("a machine cannot have an MTU of " + mtuBytes);
        }
        requireOneHost(underlay.getAddress());
        requireOneHost(peer.getAddress());
    }

    /** A sidecar elsewhere may name any address; only one other host can be at a link's end. */
    private static void requireOneHost(InetAddress address) {
        boolean reserved =
                address instanceof Inet4Address
                        && Byte.toUnsignedInt(address.getAddress()[0]) >= FIRST_RESERVED_4;
        if (reserved
                || address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isMulticastAddress()) {
            throw new IllegalArgumentException(
                    address.getHostAddress() + " is no address of another host");
        }
    }

    /**
     * What packets inside may have when those outside may have {@code underlayMtuBytes}.
     *
     * @param underlay an address of the network outside
     */
    public static int mtuInside(InetAddress underlay, int underlayMtuBytes) {
        return underlayMtuBytes
                - (underlay instanceof Inet6Address
                        ? VxlanSpec.OVERHEAD_IPV6_BYTES
                        : VxlanSpec.OVERHEAD_IPV4_BYTES);
    }

    /** The address inside of this end's machine. */
    public InetAddress address() {
        return address(end);
    }

    /** Where the connection is made to: the machine of the storage pod. */
    public InetSocketAddress service() {
        return new InetSocketAddress(address(End.STORAGE), PORT);
    }

    InetAddress peerAddress() {
        return address(end.other());
    }

    MacAddress peerMac() {
        return mac(end.other());
    }

    VxlanSpec vxlan() {
        return new VxlanSpec(
                LINK_NAME,
                vni,
                underlay.getAddress(),
                underlay.getPort(),
                peer.getAddress(),
                peer.getPort(),
                mtuBytes,
                mac(end));
    }

    private InetAddress address(End of) {
        int link = vni & ((1 << VNI_BITS) - 1);
        int value = NETWORK | (link << 1) | of.bit;
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private MacAddress mac(End of) {
        return new MacAddress(MAC_PREFIX | ((long) vni << 1) | of.bit);
    }
}
