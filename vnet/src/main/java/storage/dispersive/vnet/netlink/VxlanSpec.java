package storage.dispersive.vnet.netlink;

import java.net.InetAddress;

/**
 * A VXLAN device (RFC 7348) with one peer: packets leave from {@code local} and {@code port}, which
 * is also where it listens, and go to {@code remote} and {@code remotePort}. It learns nothing from
 * what it receives.
 *
 * @param vni 24 bits
 * @param mtuBytes of packets inside
 */
public record VxlanSpec(
        String name,
        int vni,
        InetAddress local,
        int port,
        InetAddress remote,
        int remotePort,
        int mtuBytes,
        MacAddress address) {

    /** Outer Ethernet, IPv4, UDP and VXLAN headers, as they count against the underlay's MTU. */
    public static final int OVERHEAD_IPV4_BYTES = 50;

    public static final int OVERHEAD_IPV6_BYTES = 70;

    public VxlanSpec {
        if (vni < 1 || vni >= 1 << 24) {
            throw new IllegalArgumentException("a VNI has 24 bits and is not 0: " + vni);
        }
        // The range of source ports ends before port + 1, which must be one too.
        if (port < 1 || port >= 0xFFFF || remotePort < 1 || remotePort > 0xFFFF) {
            throw new IllegalArgumentException("no UDP port: " + port + ", " + remotePort);
        }
        if (local.getClass() != remote.getClass()) {
            throw new IllegalArgumentException(
                    local + " and " + remote + " are not of one address family");
        }
    }
}
