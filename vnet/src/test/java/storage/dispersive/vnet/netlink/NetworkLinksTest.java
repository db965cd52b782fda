package storage.dispersive.vnet.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.NetworkNamespace;

/** Two hosts, joined by a cable, and a machine on each; all of it namespaces of this test. */
class NetworkLinksTest {

    private static final int VNI = 4711;
    private static final int MTU = 1450;

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @ParameterizedTest
    @CsvSource({"198.18.0.1,198.18.0.2", "fd00::1,fd00::2"})
    void carriesAConnectionBetweenTwoMachines(String leftUnderlay, String rightUnderlay)
            throws Exception {
        NetworkNamespace here = machine(hosts.left(), leftUnderlay, 7001, rightUnderlay, 7002, 1);
        NetworkNamespace there = machine(hosts.right(), rightUnderlay, 7002, leftUnderlay, 7001, 2);
        try (here;
                there;
                ServerSocketChannel server =
                        there.call(() ->
                                ServerSocketChannel.open()
                                        .bind(new InetSocketAddress("10.0.0.2", 7)));
                SocketChannel caller =
                        here.call(() -> SocketChannel.open(new InetSocketAddress("10.0.0.2", 7)));
                Socket called = server.accept().socket()) {
            caller.socket().getOutputStream().write(new byte[100_000]);
            assertThat(called.getInputStream().readNBytes(100_000)).hasSize(100_000);
        }
    }

    @Test
    void countsWhatAMachineSends() throws Exception {
        NetworkNamespace here = machine(hosts.left(), "198.18.0.1", 7001, "198.18.0.2", 7002, 1);
        NetworkNamespace there = machine(hosts.right(), "198.18.0.2", 7002, "198.18.0.1", 7001, 2);
        try (here;
                there) {
            long before = counters(here).sentBytes();
            there.call(() -> ServerSocketChannel.open().bind(new InetSocketAddress("10.0.0.2", 7)));
            try (SocketChannel caller =
                    here.call(() -> SocketChannel.open(new InetSocketAddress("10.0.0.2", 7)))) {
                caller.socket().getOutputStream().write(new byte[10_000]);
            }
            assertThat(counters(here).sentBytes() - before).isBetween(10_000L, 20_000L);
        }
    }

    @Test
    void refusesAPortAndVniThatAreTaken() throws Exception {
        try (NetworkNamespace first =
                        machine(hosts.left(), "198.18.0.1", 7001, "198.18.0.2", 7002, 1);
                NetworkNamespace second = NetworkNamespace.create()) {
            assertThatThrownBy(() ->
                            hosts.left()
                                    .call(() -> {
                                        try (NetworkLinks links = NetworkLinks.open()) {
                                            links.createVxlan(
                                                    spec("198.18.0.1", 7001, "198.18.0.2"), second);
                                        }
                                        return true;
                                    }))
                    .isInstanceOfSatisfying(
                            LinuxException.class,
                            e -> assertThat(e.errno()).isIn(Errno.EEXIST, Errno.EADDRINUSE));
            assertThat(first.call(() -> linkNames())).contains("machine");
            assertThat(second.call(() -> linkNames())).containsExactly("lo");
        }
    }

    @Test
    void knowsTheNamespaceOfASocketThatSomebodyHolds() throws Exception {
        try (NetworkNamespace hidden = NetworkNamespace.create()) {
            String name = hidden.name();
            assertThat(hidden.call(NetworkNamespace::ofThisThread).name()).isEqualTo(name);
            assertThat(NetworkNamespace.ofThisThread().name()).isNotEqualTo(name);
        }
    }

    @Test
    void findsTheWayAndItsMtu() throws Exception {
        Route route =
                hosts.left()
                        .call(() -> {
                            try (NetworkLinks links = NetworkLinks.open()) {
                                return links.route(InetAddress.getByName("198.18.0.2"));
                            }
                        });
        assertThat(route.source()).contains(InetAddress.getByName("198.18.0.1"));
        assertThat(route.mtuBytes()).isEmpty();
        assertThatThrownBy(() ->
                        hosts.left()
                                .call(() -> {
                                    try (NetworkLinks links = NetworkLinks.open()) {
                                        return links.route(InetAddress.getByName("192.0.2.1"));
                                    }
                                }))
                .hasMessageContaining("look for a way to 192.0.2.1");
    }

    private static List<String> linkNames() throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            return links.all().stream().map(Link::name).toList();
        }
    }

    private static LinkCounters counters(NetworkNamespace machine) throws IOException {
        return machine.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                return links.get("machine").counters();
            }
        });
    }

    private static VxlanSpec spec(String local, int port, String remote) throws IOException {
        return new VxlanSpec(
                "machine",
                VNI,
                InetAddress.getByName(local),
                port,
                InetAddress.getByName(remote),
                7002,
                MTU,
                new MacAddress(0x020000000001L));
    }

    private static NetworkNamespace machine(
            NetworkNamespace host, String local, int port, String remote, int remotePort, int end)
            throws IOException {
        NetworkNamespace machine = NetworkNamespace.create();
        VxlanSpec spec =
                new VxlanSpec(
                        "machine",
                        VNI,
                        InetAddress.getByName(local),
                        port,
                        InetAddress.getByName(remote),
                        remotePort,
                        MTU,
                        new MacAddress(0x020000000000L + end));
        host.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                links.createVxlan(spec, machine);
            }
            return true;
        });
        machine.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                int index = links.get("machine").index();
                links.setVxlanPeer(index, spec.remote(), remotePort);
                links.addAddress(index, InetAddress.getByName("10.0.0." + end), 31 - 1);
                links.addNeighbour(
                        index,
                        InetAddress.getByName("10.0.0." + (3 - end)),
                        new MacAddress(0x020000000000L + 3 - end));
                links.bringUp(index);
            }
            return true;
        });
        return machine;
    }
}
