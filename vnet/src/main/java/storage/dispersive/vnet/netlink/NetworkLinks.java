package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;
import storage.dispersive.linux.NetworkNamespace;

/**
 * Links, addresses, neighbours and routes of one network namespace: the one in which it was opened
 * (rtnetlink(7)). Reading needs no right, changing CAP_NET_ADMIN.
 *
 * <p>Thread contract: one thread at a time. Every method that fails throws a {@link LinuxException}
 * with the kernel's reason.
 */
public final class NetworkLinks implements AutoCloseable {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETROUTE = 26;
    private static final int RTM_NEWNEIGH = 28;
    private static final int RTM_NEWQDISC = 36;
    private static final int RTM_DELQDISC = 37;

    private static final int AF_UNSPEC = 0;
    private static final int AF_INET = 2;
    private static final int AF_BRIDGE = 7;
    private static final int AF_INET6 = 10;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_F_NODAD = 0x2;

    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    private static final int NDA_PORT = 6;
    private static final int NUD_PERMANENT = 0x80;
    private static final int NUD_NOARP = 0x40;
    private static final int NTF_SELF = 0x2;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTAX_MTU = 2;
    private static final int RTMSG_BYTES = 12;

    private static final int IFLA_VXLAN_LEARNING = 7;
    private static final int IFLA_VXLAN_PORT_RANGE = 10;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int ADDR_GEN_MODE_NONE = 1;

    private final NetlinkClient client;

    private NetworkLinks(NetlinkClient client) {
        this.client = client;
    }

    /** Speaks of the calling thread's network namespace, from now on by any thread. */
    public static NetworkLinks open() throws LinuxException {
        return new NetworkLinks(new NetlinkClient(NetlinkSocket.Family.ROUTE));
    }

    public List<Link> all() throws IOException {
        return client.dump(
                () -> linkRequest(RTM_GETLINK, NetlinkRequest.DUMP, 0), "list links", Link::read);
    }

    public Optional<Link> find(String name) throws IOException {
        List<Link> found = new ArrayList<>(1);
        NetlinkRequest request =
                linkRequest(RTM_GETLINK, NetlinkRequest.ACKNOWLEDGE, 0)
                        .attributeText(Link.IFLA_IFNAME, name);
        try {
            client.call(
                    request, "find link " + name, (type, message) -> found.add(Link.read(message)));
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
        return found.stream().findFirst();
    }

    /** The link of an index. ENODEV if there is none. */
    public Link get(int linkIndex) throws IOException {
        List<Link> found = new ArrayList<>(1);
        NetlinkRequest request = linkRequest(RTM_GETLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex);
        String what = "find link " + linkIndex;
        client.call(request, what, (type, message) -> found.add(Link.read(message)));
        return found.stream().findFirst().orElseThrow(() -> new LinuxException(what, Errno.ENODEV));
    }

    /** As {@link #find}, of a link that is known to be there. */
    public Link get(String name) throws IOException {
        return find(name).orElseThrow(() -> new LinuxException("find link " + name, Errno.ENODEV));
    }

    /**
     * Makes a VXLAN device that lives in {@code inside} and whose packets travel in this namespace:
     * it ends with either. EEXIST if a device here has the port with this VNI; EADDRINUSE comes
     * when it is brought up, if another program has the port.
     */
    public void createVxlan(VxlanSpec spec, NetworkNamespace inside) throws IOException {
        boolean six = spec.local() instanceof Inet6Address;
        NetlinkRequest request = newLink(spec.name());
        request.attributeInt(Link.IFLA_NET_NS_FD, inside.descriptor().number())
                .attributeInt(Link.IFLA_MTU, spec.mtuBytes())
                .attribute(Link.IFLA_ADDRESS, spec.address().bytes())
                .nested(
                        Link.IFLA_LINKINFO,
                        () ->
                                request.attributeText(Link.IFLA_INFO_KIND, "vxlan")
                                        .nested(
                                                Link.IFLA_INFO_DATA,
                                                () -> putVxlan(request, spec, six)));
        client.call(request, "make VXLAN " + spec.vni() + " on UDP port " + spec.port());
    }

    private static void putVxlan(NetlinkRequest request, VxlanSpec spec, boolean six) {
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

    /** Names the one place to which a VXLAN device of this namespace sends. */
    public void setVxlanPeer(int linkIndex, InetAddress remote, int port) throws IOException {
        NetlinkRequest request =
                neighbour(
                                AF_BRIDGE,
                                linkIndex,
                                NUD_PERMANENT | NUD_NOARP,
                                NTF_SELF,
                                NetlinkRequest.APPEND)
                        .attribute(NDA_LLADDR, MacAddress.ANY.bytes())
                        .attribute(NDA_DST, remote.getAddress())
                        .attributeShortOnTheWire(NDA_PORT, port);
        client.call(request, "name the peer of a VXLAN, " + remote.getHostAddress());
    }

    /** Says which Ethernet address an address has, so that nobody needs to ask for it. */
    public void addNeighbour(int linkIndex, InetAddress address, MacAddress mac)
            throws IOException {
        NetlinkRequest request =
                neighbour(family(address), linkIndex, NUD_PERMANENT, 0, NetlinkRequest.REPLACE)
                        .attribute(NDA_DST, address.getAddress())
                        .attribute(NDA_LLADDR, mac.bytes());
        client.call(request, "name neighbour " + address.getHostAddress());
    }

    /** Makes a pair of links, one of them in another namespace. */
    public void createVeth(String name, String peerName, NetworkNamespace peerInside)
            throws IOException {
        NetlinkRequest request = newLink(name);
        request.nested(
                Link.IFLA_LINKINFO,
                () ->
                        request.attributeText(Link.IFLA_INFO_KIND, "veth")
                                .nested(
                                        Link.IFLA_INFO_DATA,
                                        () ->
                                                request.nested(
                                                        VETH_INFO_PEER,
                                                        () ->
                                                                putPeer(
                                                                        request,
                                                                        peerName,
                                                                        peerInside))));
        client.call(request, "make the pair of links " + name + " and " + peerName);
    }

    private static void putPeer(
            NetlinkRequest request, String peerName, NetworkNamespace peerInside) {
        putLinkHeader(request, 0, 0, 0);
        request.attributeText(Link.IFLA_IFNAME, peerName)
                .attributeInt(Link.IFLA_NET_NS_FD, peerInside.descriptor().number());
    }

    /** Makes a bridge, whose ports are links that {@link #setMaster} gives to it. */
    public void createBridge(String name) throws IOException {
        NetlinkRequest request = newLink(name);
        request.nested(
                Link.IFLA_LINKINFO, () -> request.attributeText(Link.IFLA_INFO_KIND, "bridge"));
        client.call(request, "make bridge " + name);
    }

    /** Makes a link a port of a bridge. */
    public void setMaster(int linkIndex, int bridgeIndex) throws IOException {
        NetlinkRequest request =
                linkRequest(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex)
                        .attributeInt(Link.IFLA_MASTER, bridgeIndex);
        client.call(request, "put a link to a bridge");
    }

    /**
     * Keeps the kernel from giving a link IPv6 addresses of its own: it then neither looks for
     * others that have them nor for routers (linux/if_link.h, IN6_ADDR_GEN_MODE_NONE). For a link
     * that is still down. EAFNOSUPPORT or EOPNOTSUPP where the kernel has no IPv6.
     */
    public void leaveWithoutIpv6Addresses(int linkIndex) throws IOException {
        NetlinkRequest request = linkRequest(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex);
        request.nested(
                IFLA_AF_SPEC,
                () ->
                        request.nested(
                                AF_INET6,
                                () ->
                                        request.attributeByte(
                                                IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE)));
        client.call(request, "leave a link without IPv6 addresses");
    }

    public void setMtu(int linkIndex, int mtuBytes) throws IOException {
        NetlinkRequest request =
                linkRequest(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex)
                        .attributeInt(Link.IFLA_MTU, mtuBytes);
        client.call(request, "set an MTU of " + mtuBytes);
    }

    public void bringUp(int linkIndex) throws IOException {
        NetlinkRequest request = request(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE);
        putLinkHeader(request, linkIndex, Link.IFF_UP, Link.IFF_UP);
        client.call(request, "bring a link up");
    }

    /** Nothing goes through the link until it is brought up again. */
    public void takeDown(int linkIndex) throws IOException {
        NetlinkRequest request = request(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE);
        putLinkHeader(request, linkIndex, 0, Link.IFF_UP);
        client.call(request, "take a link down");
    }

    public void delete(int linkIndex) throws IOException {
        client.call(
                linkRequest(RTM_DELLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex), "delete a link");
    }

    /** Gives a link an address, which can be used at once. */
    public void addAddress(int linkIndex, InetAddress address, int prefixBits) throws IOException {
        boolean six = address instanceof Inet6Address;
        NetlinkRequest request =
                request(
                                RTM_NEWADDR,
                                NetlinkRequest.ACKNOWLEDGE
                                        | NetlinkRequest.CREATE
                                        | NetlinkRequest.EXCLUSIVE)
                        .putByte(family(address))
                        .putByte(prefixBits)
                        .putByte(six ? IFA_F_NODAD : 0)
                        .putByte(0)
                        .putInt(linkIndex)
                        .attribute(IFA_LOCAL, address.getAddress())
                        .attribute(IFA_ADDRESS, address.getAddress());
        client.call(request, "add address " + address.getHostAddress());
    }

    /**
     * Lets a link send no more than so many bytes in a second (tc-tbf(8)); again with another rate
     * changes it at once.
     */
    public void limitRate(int linkIndex, long bytesPerSecond) throws IOException {
        int flags = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
        NetlinkRequest request = discipline(RTM_NEWQDISC, flags, linkIndex);
        TokenBucket.write(request, bytesPerSecond);
        client.call(request, "limit a link to " + bytesPerSecond + " bytes a second");
    }

    /** Lets a link send as fast as it can again. */
    public void unlimitRate(int linkIndex) throws IOException {
        try {
            client.call(discipline(RTM_DELQDISC, 0, linkIndex), "lift a link's limit");
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** struct tcmsg. */
    private NetlinkRequest discipline(int type, int flags, int linkIndex) {
        return request(type, NetlinkRequest.ACKNOWLEDGE | flags)
                .putInt(0)
                .putInt(linkIndex)
                .putInt(0)
                .putInt(TokenBucket.ROOT)
                .putInt(0);
    }

    /** Which way packets to an address would go now. ENETUNREACH if there is none. */
    public Route route(InetAddress destination) throws IOException {
        List<Route> found = new ArrayList<>(1);
        byte[] address = destination.getAddress();
        NetlinkRequest request =
                request(RTM_GETROUTE, NetlinkRequest.ACKNOWLEDGE)
                        .putByte(family(destination))
                        .putByte(address.length * Byte.SIZE)
                        .putByte(0)
                        .putByte(0)
                        .putLong(0)
                        .attribute(RTA_DST, address);
        String what = "look for a way to " + destination.getHostAddress();
        client.call(request, what, (type, message) -> found.add(route(message)));
        return found.stream().findFirst().orElseThrow(() -> new LinuxException(what, Errno.ENOENT));
    }

    private static Route route(ByteBuffer message) {
        message.position(RTMSG_BYTES);
        NetlinkAttributes attributes = NetlinkAttributes.read(message);
        return new Route(
                attributes.number(RTA_OIF).orElse(0),
                attributes.bytes(RTA_PREFSRC).map(NetworkLinks::address),
                attributes.nested(RTA_METRICS).flatMap(metrics -> metrics.number(RTAX_MTU)));
    }

    private static InetAddress address(ByteBuffer bytes) {
        byte[] value = new byte[bytes.remaining()];
        bytes.get(value);
        try {
            return InetAddress.getByAddress(value);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + value.length + " bytes", e);
        }
    }

    private NetlinkRequest newLink(String name) {
        int flags = NetlinkRequest.ACKNOWLEDGE | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        return linkRequest(RTM_NEWLINK, flags, 0).attributeText(Link.IFLA_IFNAME, name);
    }

    private NetlinkRequest linkRequest(int type, int flags, int index) {
        NetlinkRequest request = request(type, flags);
        putLinkHeader(request, index, 0, 0);
        return request;
    }

    /** struct ifinfomsg. */
    private static void putLinkHeader(NetlinkRequest request, int index, int flags, int change) {
        request.putByte(AF_UNSPEC).putByte(0).putShort(0);
        request.putInt(index).putInt(flags).putInt(change);
    }

    /** struct ndmsg. */
    private NetlinkRequest neighbour(
            int family, int linkIndex, int state, int flags, int requestFlags) {
        return request(
                        RTM_NEWNEIGH,
                        NetlinkRequest.ACKNOWLEDGE | NetlinkRequest.CREATE | requestFlags)
                .putByte(family)
                .putByte(0)
                .putShort(0)
                .putInt(linkIndex)
                .putShort(state)
                .putByte(flags)
                .putByte(0);
    }

    private NetlinkRequest request(int type, int flags) {
        return new NetlinkRequest()
                .begin(type, NetlinkRequest.REQUEST | flags, client.nextSequence());
    }

    private static int family(InetAddress address) {
        return address instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    @Override
    public void close() {
        client.close();
    }
}
