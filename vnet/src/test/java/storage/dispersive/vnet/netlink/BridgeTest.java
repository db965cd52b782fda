package storage.dispersive.vnet.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetworkNamespace;

/** The two hosts of a test, joined once more: each has a second cable, to a bridge at a third. */
class BridgeTest {

    private static final String BRIDGE = "bridge";
    private static final String CABLE = "second";

    private static final Path ADDRESSES = Path.of("/proc/thread-self/net/if_inet6");

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @Test
    void joinsHostsByABridge() throws Exception {
        try (NetworkNamespace place = NetworkNamespace.create()) {
            place.call(() -> {
                try (NetworkLinks links = NetworkLinks.open()) {
                    links.createBridge(BRIDGE);
                    int bridge = links.get(BRIDGE).index();
                    links.bringUp(bridge);
                    plug(links, bridge, "left", hosts.left());
                    plug(links, bridge, "right", hosts.right());
                    assertThat(links.get(BRIDGE).kind()).isEqualTo("bridge");
                }
                return true;
            });
            address(hosts.left(), 1);
            address(hosts.right(), 2);
            InetSocketAddress there = new InetSocketAddress("198.18.1.2", 7);
            try (ServerSocketChannel server =
                            hosts.right().call(() -> ServerSocketChannel.open().bind(there));
                    SocketChannel caller = hosts.left().call(() -> SocketChannel.open(there));
                    SocketChannel called = server.accept()) {
                assertThat(called.getRemoteAddress()).isEqualTo(caller.getLocalAddress());
            }
        }
    }

    @Test
    void leavesALinkWithoutAddressesOfTheKernel() throws Exception {
        hosts.left()
                .call(() -> {
                    try (NetworkLinks links = NetworkLinks.open()) {
                        links.createVeth("quiet", "quiet", hosts.right());
                        links.createVeth("usual", "usual", hosts.right());
                        links.leaveWithoutIpv6Addresses(links.get("quiet").index());
                    }
                    return bringUp("quiet", "usual");
                });
        hosts.right().call(() -> bringUp("quiet", "usual"));
        // They come a moment later, in the order in which the cables began to carry.
        await().until(() -> ipv6Addresses(hosts.left()), shown -> shown.contains("usual"));
        await().until(() -> ipv6Addresses(hosts.right()), shown -> shown.contains("quiet"));
        assertThat(ipv6Addresses(hosts.left())).doesNotContain("quiet");
    }

    @Test
    void findsALinkByItsIndex() throws Exception {
        hosts.left()
                .call(() -> {
                    try (NetworkLinks links = NetworkLinks.open()) {
                        Link cable = links.get("cable");
                        assertThat(links.get(cable.index()).name()).isEqualTo("cable");
                        assertThatThrownBy(() -> links.get(cable.index() + 1_000))
                                .isInstanceOfSatisfying(
                                        LinuxException.class,
                                        e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
                    }
                    return true;
                });
    }

    private static void plug(NetworkLinks links, int bridge, String name, NetworkNamespace host)
            throws IOException {
        links.createVeth(name, CABLE, host);
        int port = links.get(name).index();
        links.setMaster(port, bridge);
        links.bringUp(port);
    }

    private static void address(NetworkNamespace host, int number) throws IOException {
        host.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                int cable = links.get(CABLE).index();
                links.addAddress(cable, InetAddress.getByName("198.18.1." + number), 24);
                links.bringUp(cable);
            }
            return true;
        });
    }

    private static boolean bringUp(String... names) throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            for (String name : names) {
                links.bringUp(links.get(name).index());
            }
        }
        return true;
    }

    private static String ipv6Addresses(NetworkNamespace host) throws IOException {
        return host.call(() -> Files.readString(ADDRESSES));
    }
}
