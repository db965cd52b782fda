package storage.dispersive.vnet.netlink;

import java.io.IOException;
import java.net.InetAddress;
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
        NetlinkRequest request = newLink(spec.name());
        NewLink.vxlan(request, spec, inside);
        client.call(request, "make VXLAN " + spec.vni() + " on UDP port " + spec.port());
    }

    /** Names the one place to which a VXLAN device of this namespace sends. */
    public void setVxlanPeer(int linkIndex, InetAddress remote, int port) throws IOException {
        NetlinkRequest request = newNeighbour(NetlinkRequest.APPEND);
        Neighbour.ofVxlan(request, linkIndex, remote, port);
        client.call(request, "name the peer of a VXLAN, " + remote.getHostAddress());
    }

    /** Says which Ethernet address an address has, so that nobody needs to ask for it. */
    public void addNeighbour(int linkIndex, InetAddress address, MacAddress mac)
            throws IOException {
        NetlinkRequest request = newNeighbour(NetlinkRequest.REPLACE);
        Neighbour.of(request, linkIndex, address, mac);
        client.call(request, "name neighbour " + address.getHostAddress());
    }

    /** Makes a pair of links, one of them in another namespace. */
    public void createVeth(String name, String peerName, NetworkNamespace peerInside)
            throws IOException {
        NetlinkRequest request = newLink(name);
        NewLink.veth(request, peerName, peerInside);
        client.call(request, "make the pair of links " + name + " and " + peerName);
    }

    /** Makes a bridge, whose ports are links that {@link #setMaster} gives to it. */
    public void createBridge(String name) throws IOException {
        NetlinkRequest request = newLink(name);
        NewLink.bridge(request);
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
                                Neighbour.AF_INET6,
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
        NewLink.putHeader(request, linkIndex, Link.IFF_UP, Link.IFF_UP);
        client.call(request, "bring a link up");
    }

    /** Nothing goes through it until it is brought up again; its addresses of IPv6 are lost. */
    public void bringDown(int linkIndex) throws IOException {
        NetlinkRequest request = request(RTM_NEWLINK, NetlinkRequest.ACKNOWLEDGE);
        NewLink.putHeader(request, linkIndex, 0, Link.IFF_UP);
        client.call(request, "bring a link down");
    }

    public void delete(int linkIndex) throws IOException {
        client.call(
                linkRequest(RTM_DELLINK, NetlinkRequest.ACKNOWLEDGE, linkIndex), "delete a link");
    }

    /** Gives a link an address, which can be used at once. */
    public void addAddress(int linkIndex, InetAddress address, int prefixBits) throws IOException {
        int flags = NetlinkRequest.ACKNOWLEDGE | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        NetlinkRequest request = request(RTM_NEWADDR, flags);
        InterfaceAddress.write(request, linkIndex, address, prefixBits);
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
        NetlinkRequest request = request(RTM_GETROUTE, NetlinkRequest.ACKNOWLEDGE);
        Route.ask(request, destination);
        String what = "look for a way to " + destination.getHostAddress();
        client.call(request, what, (type, message) -> found.add(Route.read(message)));
        return found.stream().findFirst().orElseThrow(() -> new LinuxException(what, Errno.ENOENT));
    }

    private NetlinkRequest newLink(String name) {
        int flags = NetlinkRequest.ACKNOWLEDGE | NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
        return linkRequest(RTM_NEWLINK, flags, 0).attributeText(Link.IFLA_IFNAME, name);
    }

    private NetlinkRequest linkRequest(int type, int flags, int index) {
        NetlinkRequest request = request(type, flags);
        NewLink.putHeader(request, index, 0, 0);
        return request;
    }

    private NetlinkRequest newNeighbour(int flags) {
        return request(RTM_NEWNEIGH, NetlinkRequest.ACKNOWLEDGE | NetlinkRequest.CREATE | flags);
    }

    private NetlinkRequest request(int type, int flags) {
        return new NetlinkRequest()
                .begin(type, NetlinkRequest.REQUEST | flags, client.nextSequence());
    }

    @Override
    public void close() {
        client.close();
    }
}
