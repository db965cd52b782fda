package storage.dispersive.vnet.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.vnet.netlink.PeerFilter.Family;
import storage.dispersive.vnet.netlink.PeerFilter.Peer;

class PeerFilterTest {

    private static final int FIRST_PORT = 7000;
    private static final int LAST_PORT = 7099;
    private static final int PEER = 7001;
    private static final int NEIGHBOUR = 7002;
    private static final int TIMEOUT_MILLIS = 10_000;

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @ParameterizedTest
    @CsvSource({"198.18.0.1,198.18.0.2", "fd00::1,fd00::2"})
    void takesPacketsOnlyFromThePeer(String leftName, String rightName) throws IOException {
        InetAddress left = InetAddress.getByName(leftName);
        InetAddress right = InetAddress.getByName(rightName);
        try (PeerFilter filter = install(Family.of(left));
                DatagramSocket here = bind(right, FIRST_PORT)) {
            filter.allow(new Peer(left, PEER, FIRST_PORT));
            send(left, NEIGHBOUR, right, FIRST_PORT, "from a neighbour");
            send(left, PEER, right, FIRST_PORT, "from the peer");
            assertThat(receive(here)).isEqualTo("from the peer");

            filter.forget(new Peer(left, PEER, FIRST_PORT));
            filter.allow(new Peer(left, NEIGHBOUR, FIRST_PORT));
            send(left, PEER, right, FIRST_PORT, "from the old peer");
            send(left, NEIGHBOUR, right, FIRST_PORT, "from the new peer");
            assertThat(receive(here)).isEqualTo("from the new peer");
        }
    }

    @Test
    void leavesOtherPortsAlone() throws IOException {
        InetAddress left = InetAddress.getByName("198.18.0.1");
        InetAddress right = InetAddress.getByName("198.18.0.2");
        try (PeerFilter _ = install(Family.IPV4);
                DatagramSocket here = bind(right, LAST_PORT + 1)) {
            send(left, NEIGHBOUR, right, LAST_PORT + 1, "for somebody else");
            assertThat(receive(here)).isEqualTo("for somebody else");
        }
    }

    @Test
    void isReplacedAsAWholeAndRemoved() throws IOException {
        InetAddress left = InetAddress.getByName("198.18.0.1");
        InetAddress right = InetAddress.getByName("198.18.0.2");
        try (PeerFilter before = install(Family.IPV4)) {
            before.allow(new Peer(left, PEER, FIRST_PORT));
        }
        try (PeerFilter after = install(Family.IPV4);
                DatagramSocket here = bind(right, FIRST_PORT)) {
            send(left, PEER, right, FIRST_PORT, "from the peer of a filter that is gone");
            after.forget(new Peer(left, PEER, FIRST_PORT));
            after.remove();
            send(left, PEER, right, FIRST_PORT, "unfiltered");
            assertThat(receive(here)).isEqualTo("unfiltered");
        }
    }

    @Test
    void listsThePeersThatWereNamedAndNotForgotten() throws IOException {
        InetAddress left = InetAddress.getByName("198.18.0.1");
        try (PeerFilter filter = install(Family.IPV4)) {
            assertThat(FilteredPeers.count(hosts.right())).isZero();
            for (int port = PEER; port < PEER + 200; port++) {
                filter.allow(new Peer(left, port, FIRST_PORT));
            }
            filter.forget(new Peer(left, PEER, FIRST_PORT));
            assertThat(FilteredPeers.count(hosts.right())).isEqualTo(199);
        }
    }

    private PeerFilter install(Family family) throws IOException {
        return hosts.right()
                .call(() -> {
                    PeerFilter filter = PeerFilter.open(family);
                    filter.install(FIRST_PORT, LAST_PORT, List.of());
                    return filter;
                });
    }

    private DatagramSocket bind(InetAddress address, int port) throws IOException {
        DatagramSocket socket =
                hosts.right().call(() -> new DatagramSocket(new InetSocketAddress(address, port)));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private void send(InetAddress from, int fromPort, InetAddress to, int toPort, String text)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket =
                hosts.left()
                        .call(() -> new DatagramSocket(new InetSocketAddress(from, fromPort)))) {
            socket.send(new DatagramPacket(bytes, bytes.length, to, toPort));
        }
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }
}
