package storage.dispersive.trials;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import storage.dispersive.cli.lan.Lan;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetlinkSocket;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.netlink.NetworkLinks;

/**
 * The bridges of an isolated SAN and their cables, at which faults are made. Used by one thread.
 *
 * <p>A cable has the name of its host and path, as in {@code pod-3-0}; a bridge that of its path.
 */
final class FaultyNetwork implements AutoCloseable {

    /** linux/rtnetlink.h, linux/if_link.h. */
    private static final int RTM_NEWLINK = 16;

    private static final int REQUEST_AND_ACKNOWLEDGE = 0x5;
    private static final int IFLA_GSO_MAX_SEGS = 40;
    private static final int CHANGE_BYTES = 40;
    private static final int ERRNO_OFFSET = 16;
    private static final int ANSWER_BYTES = 4 << 10;

    private final SanHome home;
    private final NetworkNamespace switches;
    private final NetworkLinks links;

    private FaultyNetwork(SanHome home, NetworkNamespace switches, NetworkLinks links) {
        this.home = home;
        this.switches = switches;
        this.links = links;
    }

    static FaultyNetwork of(SanHome home) throws IOException {
        NetworkNamespace switches = NetworkNamespace.open(home.host("lan").resolve("net"));
        try {
            return new FaultyNetwork(home, switches, switches.call(NetworkLinks::open));
        } catch (IOException | RuntimeException e) {
            switches.close();
            throw e;
        }
    }

    private int index(String name) throws IOException {
        return links.get(name).index();
    }

    /** What went through a cable, as seen from the bridge: what is sent goes to the host. */
    LinkCounters counters(String name) throws IOException {
        return links.get(name).counters();
    }

    void bringDown(String name) throws IOException {
        links.bringDown(index(name));
    }

    /** Slows down what goes to the host; what it sends itself is as fast as ever. */
    void limit(String name, long bytesPerSecond) throws IOException {
        links.limitRate(index(name), bytesPerSecond);
    }

    /**
     * From now on a host cuts segments before it sends them, as one with a network card must in the
     * end: else packets of TCP, which its offload would cut, are never long to the kernel.
     */
    void cutSegmentsAt(String host, int path) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.open(home.host(host).resolve("net"));
                NetlinkSocket socket =
                        namespace.call(() -> NetlinkSocket.open(NetlinkSocket.Family.ROUTE))) {
            int link =
                    namespace.call(() -> {
                        try (NetworkLinks inside = NetworkLinks.open()) {
                            return inside.get(Lan.pathName(path)).index();
                        }
                    });
            socket.send(oneSegmentAtOnce(link));
            ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
            socket.receive(answer);
            int errno = -answer.order(ByteOrder.nativeOrder()).getInt(ERRNO_OFFSET);
            if (errno != 0) {
                throw new LinuxException("have " + host + " cut segments", errno);
            }
        }
    }

    /** struct nlmsghdr, struct ifinfomsg and one attribute. */
    private static ByteBuffer oneSegmentAtOnce(int link) {
        return ByteBuffer.allocateDirect(CHANGE_BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(CHANGE_BYTES)
                .putShort((short) RTM_NEWLINK)
                .putShort((short) REQUEST_AND_ACKNOWLEDGE)
                .putInt(1)
                .putInt(0)
                .putInt(0)
                .putInt(link)
                .putInt(0)
                .putInt(0)
                .putShort((short) (2 * Integer.BYTES))
                .putShort((short) IFLA_GSO_MAX_SEGS)
                .putInt(1)
                .flip();
    }

    /** As it was at first. */
    void heal(String name) throws IOException {
        Link link = links.get(name);
        links.unlimitRate(link.index());
        links.bringUp(link.index());
    }

    @Override
    public void close() {
        links.close();
        switches.close();
    }
}
