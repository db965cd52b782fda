package storage.dispersive.cli.lan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.cli.state.AddressFamily;
import storage.dispersive.cli.state.FileTree;
import storage.dispersive.cli.state.NetworkRecord;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.Underlay;
import storage.dispersive.engine.Isolation;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.UserId;
import storage.dispersive.vnet.netlink.Link;
import storage.dispersive.vnet.netlink.NetworkLinks;

/** Real hosts; skipped without root, but not in a build with CI=true. */
class LanTest {

    private static final int PORT = 7;
    private static final NetworkRecord TWO_PATHS =
            new NetworkRecord(Isolation.ISOLATED, Underlay.IPV4, 2);

    @TempDir Path directory;

    private SanHome home = new SanHome(Path.of("/nonexistent"));

    @BeforeEach
    void makeHome() {
        if (!UserId.effective().isRoot() && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("needs root, to make network namespaces");
        }
        home = new SanHome(directory.resolve("san"));
        home.create();
    }

    @AfterEach
    void endHosts() throws IOException {
        FileTree.delete(home.root());
        assertThat(mountsHere()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "198.18.0.10,198.18.0.1",
        "198.18.1.10,198.18.1.1",
        "fd73:616e::a,fd73:616e::1",
        "fd73:616e:1::a,fd73:616e:1::1"
    })
    void hostsTalkOverEveryPathAndFamily(String pod, String client) throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        InetSocketAddress there = new InetSocketAddress(pod, PORT);
        try (ServerSocketChannel server = lan.pod("pod-0").call(() -> listen(there));
                SocketChannel caller = lan.client().call(() -> connect(there));
                SocketChannel called = server.accept()) {
            assertThat(((InetSocketAddress) called.getRemoteAddress()).getAddress())
                    .isEqualTo(InetAddress.getByName(client));
            assertThat(caller.isConnected()).isTrue();
        }
    }

    @Test
    void aHostNamesItsAddresses() {
        assertThat(lan(TWO_PATHS).client().addresses())
                .extracting(InetAddress::getHostAddress)
                .containsExactly("198.18.0.1", "198.18.1.1");
        NetworkRecord six = new NetworkRecord(Isolation.ISOLATED, Underlay.IPV6, 1);
        assertThat(lan(six).pod("pod-1").addresses())
                .extracting(InetAddress::getHostAddress)
                .containsExactly(Lan.podAddress("pod-1", AddressFamily.IPV6))
                .containsExactly("fd73:616e:0:0:0:0:0:b");
    }

    @Test
    void nothingIsMadeInTheNetworkOfTheMachine() throws Exception {
        try (NetworkNamespace machine = NetworkNamespace.create()) {
            List<String> before = machine.call(LanTest::network);
            List<String> within =
                    machine.call(() -> {
                        Lan lan = lan(TWO_PATHS);
                        lan.up();
                        List<String> seen = network();
                        lan.down();
                        return seen;
                    });
            assertThat(within).isEqualTo(before);
            assertThat(machine.call(LanTest::network)).isEqualTo(before);
        }
    }

    @Test
    void upAgainLeavesEverythingAsItIs() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        List<String> before = whole(lan);
        lan(TWO_PATHS).up();
        assertThat(whole(lan)).isEqualTo(before);
        assertThat(mountsHere()).hasSize(4);
    }

    @Test
    void downLeavesNoMountNoFileAndNoNamespace() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        try (NetworkNamespace watch = NetworkNamespace.create()) {
            for (Host host : lan.all()) {
                runCableTo(watch, host);
            }
            assertThat(watch.call(LanTest::linkNames)).hasSize(4);
            lan.down();
            assertThat(mountsHere()).isEmpty();
            assertThat(lan.all()).noneMatch(host -> Files.exists(host.pin()));
            // A cable goes with either end, so none is left when all namespaces have ended.
            await().until(() -> watch.call(LanTest::linkNames), List.of("lo")::equals);
        }
    }

    @Test
    void whatAKilledCommandLeftIsCompleted() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        List<String> before = names(lan);
        // No cable any more here, no host there, and a file that names nothing.
        NetworkNamespace client = NetworkNamespace.open(lan.client().pin());
        try (client) {
            client.call(() -> delete("path1"));
        }
        NetworkNamespace.unpin(lan.pod("pod-0").pin());
        Files.createFile(lan.pod("pod-0").pin());
        lan.up();
        assertThat(names(lan)).isEqualTo(before);
        talk(lan, "198.18.1.10");
    }

    @Test
    void hostsThatLostTheirBridgesAreJoinedAnew() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        // Somebody still holds it, so that cables into it do not end by themselves.
        try (NetworkNamespace _ = NetworkNamespace.open(home.host("lan").resolve("net"))) {
            NetworkNamespace.unpin(home.host("lan").resolve("net"));
            lan.up();
            talk(lan, "198.18.0.10");
            talk(lan, "fd73:616e:1::a");
        }
    }

    @Test
    void hostsAreMadeAnewAfterTheMachineHasEnded() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        for (String name : List.of("lan", "client", "pod-0", "pod-1")) {
            Path pin = home.host(name).resolve("net");
            NetworkNamespace.unpin(pin);
            Files.createFile(pin);
        }
        assertThat(lan.areUp()).isFalse();
        lan.up();
        talk(lan, "198.18.0.10");
    }

    @Test
    void deletingTheDirectoryEndsItsHostsFirst() throws Exception {
        lan(TWO_PATHS).up();
        FileTree.delete(home.root());
        assertThat(home.root()).doesNotExist();
        assertThat(mountsHere()).isEmpty();
    }

    @Test
    void aHostThatIsNotUpHearsNobodyAndIsRefusedForEngines() {
        Host client = lan(TWO_PATHS).client();
        assertThat(client.call(LanTest::linkNamesUnchecked)).containsExactly("lo");
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(client::checkUp)
                .satisfies(e -> assertThat(e.hint()).contains("dispersive up"));
    }

    @Test
    void processesOfAHostAreInItsNetwork() throws Exception {
        Lan lan = lan(TWO_PATHS);
        lan.up();
        Process process = lan.client().call(() -> start("cat", "/proc/self/net/dev"));
        String devices = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertThat(devices).contains("path0", "path1");
        assertThat(process.waitFor()).isZero();
    }

    private Lan lan(NetworkRecord network) {
        List<PodRecord> pods = new ArrayList<>();
        for (String name : List.of("pod-0", "pod-1")) {
            String address = Lan.podAddress(name, network.family());
            pods.add(new PodRecord(name, "/nonexistent", address, 1, 2));
        }
        return new Lan(home, new SanRecord(SanRecord.FORMAT, "/nonexistent", 1, network, pods));
    }

    private static void talk(Lan lan, String pod) throws IOException {
        InetSocketAddress there = new InetSocketAddress(pod, PORT);
        try (ServerSocketChannel _ = lan.pod("pod-0").call(() -> listen(there));
                SocketChannel caller = lan.client().call(() -> connect(there))) {
            assertThat(caller.isConnected()).isTrue();
        }
    }

    private static ServerSocketChannel listen(InetSocketAddress address) {
        try {
            return ServerSocketChannel.open().bind(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SocketChannel connect(InetSocketAddress address) {
        try {
            return SocketChannel.open(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A cable that is gone when either end's namespace is. */
    private static void runCableTo(NetworkNamespace watch, Host host) throws IOException {
        try (NetworkNamespace inside = host.open()) {
            watch.call(() -> {
                try (NetworkLinks links = NetworkLinks.open()) {
                    links.createVeth("to-" + host.name(), "watched", inside);
                }
                return true;
            });
        }
    }

    private static boolean delete(String name) throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            links.delete(links.get(name).index());
        }
        return true;
    }

    private static List<String> linkNames() throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            return links.all().stream().map(Link::name).sorted().toList();
        }
    }

    private static List<String> linkNamesUnchecked() {
        try {
            return linkNames();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of all hosts, and of what joins them. */
    private List<String> names(Lan lan) throws IOException {
        List<String> all = new ArrayList<>();
        for (String name : List.of("lan", "client", "pod-0", "pod-1")) {
            try (NetworkNamespace inside = NetworkNamespace.open(home.host(name).resolve("net"))) {
                inside.call(LanTest::linkNames).forEach(link -> all.add(name + " " + link));
            }
        }
        assertThat(lan.all()).hasSize(3);
        return all;
    }

    /** As {@link #names}, with what each namespace and link is known by to the kernel. */
    private List<String> whole(Lan lan) throws IOException {
        List<String> all = new ArrayList<>(names(lan));
        for (String name : List.of("lan", "client", "pod-0", "pod-1")) {
            try (NetworkNamespace inside = NetworkNamespace.open(home.host(name).resolve("net"))) {
                all.add(inside.name());
                all.addAll(inside.call(LanTest::network));
            }
        }
        return all;
    }

    /** Links, addresses and routes of the calling thread's network, without counters. */
    private static List<String> network() throws IOException {
        List<String> all = new ArrayList<>();
        try (NetworkLinks links = NetworkLinks.open()) {
            links.all().forEach(link -> all.add(link.index() + " " + link.name() + link.up()));
        }
        Path net = Path.of("/proc/thread-self/net");
        for (String table : List.of("if_inet6", "route", "fib_trie")) {
            all.addAll(Files.readAllLines(net.resolve(table)));
        }
        return all;
    }

    private List<String> mountsHere() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return mounts.filter(line -> line.contains(directory.toString())).toList();
        }
    }
}
