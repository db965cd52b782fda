package storage.dispersive.vnet.machine;

import java.io.IOException;
import java.util.Optional;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.StreamSocket;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.netlink.VxlanNumbers;

/**
 * A virtual network machine that was spawned here: a network namespace with one VXLAN device, whose
 * packets travel in the host's namespace. Sockets that are made inside may be handed to other
 * processes, and keep the machine alive as this object does.
 *
 * <p>Thread contract: one thread at a time. Spawning needs CAP_SYS_ADMIN and CAP_NET_ADMIN.
 */
public final class NetworkMachine implements AutoCloseable {

    private static final int BACKLOG = 16;

    private final MachineSpec spec;
    private final NetworkNamespace namespace;
    private final NetworkLinks inside;
    private final int link;

    private NetworkMachine(
            MachineSpec spec, NetworkNamespace namespace, NetworkLinks inside, int link) {
        this.spec = spec;
        this.namespace = namespace;
        this.inside = inside;
        this.link = link;
    }

    /**
     * Makes a machine.
     *
     * @param host the links of the namespace in which the machine's packets travel
     * @throws storage.dispersive.linux.LinuxException EADDRINUSE if another program has the UDP
     *     port, EEXIST if a machine here has both port and VNI; that one has the port alone is not
     *     noticed
     */
    public static NetworkMachine spawn(NetworkLinks host, MachineSpec spec) throws IOException {
        NetworkNamespace namespace = NetworkNamespace.create();
        try {
            host.createVxlan(spec.vxlan(), namespace);
            return inhabit(namespace, spec, NetworkMachine::furnish);
        } catch (IOException | RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /**
     * Finds a machine again, by a socket that somebody has kept.
     *
     * @throws IOException if what the socket is in is no machine, or another one than {@code spec}
     *     says
     */
    public static NetworkMachine ofSocket(Descriptor socket, MachineSpec spec) throws IOException {
        NetworkNamespace namespace = NetworkNamespace.ofSocket(socket);
        try {
            return inhabit(namespace, spec, NetworkMachine::recognize);
        } catch (IOException | RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    private interface Furnishing {
        void furnish(NetworkLinks links, MachineSpec spec) throws IOException;
    }

    private static NetworkMachine inhabit(
            NetworkNamespace namespace, MachineSpec spec, Furnishing furnishing)
            throws IOException {
        return namespace.call(() -> {
            NetworkLinks inside = NetworkLinks.open();
            try {
                furnishing.furnish(inside, spec);
                Link link = inside.get(MachineSpec.LINK_NAME);
                return new NetworkMachine(spec, namespace, inside, link.index());
            } catch (IOException | RuntimeException e) {
                inside.close();
                throw e;
            }
        });
    }

    /** All is said in advance, so that nobody has to ask where the other end is. */
    private static void furnish(NetworkLinks inside, MachineSpec spec) throws IOException {
        int link = inside.get(MachineSpec.LINK_NAME).index();
        leaveWithoutIpv6(inside, link);
        inside.setVxlanPeer(link, spec.peer().getAddress(), spec.peer().getPort());
        inside.addAddress(link, spec.address(), MachineSpec.PREFIX_BITS);
        inside.bringUp(link);
        inside.addNeighbour(link, spec.peerAddress(), spec.peerMac());
    }

    /** Nobody would answer the kernel's questions about IPv6; they would only be packets. */
    private static void leaveWithoutIpv6(NetworkLinks inside, int link) throws IOException {
        try {
            inside.leaveWithoutIpv6Addresses(link);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EAFNOSUPPORT && e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
    }

    /** Whoever shows a socket may be mistaken about it, or lie. */
    private static void recognize(NetworkLinks inside, MachineSpec spec) throws IOException {
        VxlanNumbers said =
                new VxlanNumbers(
                        spec.vni(), spec.underlay().getAddress(), spec.underlay().getPort());
        if (!inside.get(MachineSpec.LINK_NAME).vxlan().equals(Optional.of(said))) {
            throw new IOException("the socket is in another machine");
        }
    }

    public MachineSpec spec() {
        return spec;
    }

    /** A socket inside that listens for the connection. The caller's. */
    public Descriptor listen() throws IOException {
        return namespace.call(() -> StreamSocket.listen(spec.service(), BACKLOG));
    }

    /** A socket inside that is connected with the machine at the other end. The caller's. */
    public Descriptor connect(int timeoutMillis) throws IOException {
        return namespace.call(() -> StreamSocket.connect(spec.service(), timeoutMillis));
    }

    /** The same, without waiting for the other end ({@link StreamSocket#awaitConnected}). */
    public Descriptor beginConnect() throws IOException {
        return namespace.call(() -> StreamSocket.beginConnect(spec.service()));
    }

    /** What went through the machine's link. */
    public LinkCounters counters() throws IOException {
        return inside.get(MachineSpec.LINK_NAME).counters();
    }

    /** Bounds what the machine sends; again with another rate changes it at once. */
    public void limitRate(long bytesPerSecond) throws IOException {
        inside.limitRate(link, bytesPerSecond);
    }

    public void unlimitRate() throws IOException {
        inside.unlimitRate(link);
    }

    /** Ends the machine, whoever still holds a socket of it. */
    public void end() throws IOException {
        try {
            inside.delete(link);
        } finally {
            close();
        }
    }

    /** Lets go of the machine: it lives on while somebody holds a socket of it. */
    @Override
    public void close() {
        inside.close();
        namespace.close();
    }
}
