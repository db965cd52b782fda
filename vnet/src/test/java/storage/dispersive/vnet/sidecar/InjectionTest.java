package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.machine.MachineSpec;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.netlink.NetworkLinks;
import storage.dispersive.vnet.netlink.PeerFilter;

/**
 * A neighbour on the underlay who knows all numbers of a link and sends VXLAN frames into it, under
 * an address of his own: a third host.
 */
class InjectionTest {

    private static final String NEIGHBOUR = "198.18.66.1";
    private static final String TO_THE_NEIGHBOUR = "198.18.66.2";
    private static final String CABLE = "third";
    private static final int OFTEN = 20;
    private static final Duration A_MOMENT = Duration.ofMillis(500);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    private TwoSidecars both;
    private SidecarLink pod;
    private SidecarLink engine;
    private NetworkNamespace neighbour;

    @BeforeEach
    void start() throws IOException {
        both = new TwoSidecars(hosts, directory, "198.18.0.");
        pod = both.storagePod();
        engine = both.engine();
        await().until(() -> pod.isUp() && engine.isUp());
        neighbour = NetworkNamespace.create();
        neighbour.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                links.createVeth(CABLE, CABLE, hosts.right());
            }
            return address(NEIGHBOUR);
        });
        hosts.right().call(() -> address(TO_THE_NEIGHBOUR));
    }

    private static boolean address(String address) throws IOException {
        try (NetworkLinks links = NetworkLinks.open()) {
            int cable = links.get(CABLE).index();
            links.addAddress(cable, InetAddress.ofLiteral(address), 24);
            links.bringUp(cable);
        }
        return true;
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
        pod.close();
        both.close();
        neighbour.close();
    }

    @Test
    void framesOfANeighbourDoNotReachAMachine() throws Exception {
        Held held = open();
        LinkCounters before = counters();
        int port = held.machine().spec().underlay().getPort();
        for (int i = 0; i < OFTEN; i++) {
            for (TcpFrame.Kind kind : TcpFrame.Kind.values()) {
                // From the port of the peer, and from any.
                inject(held, kind, port);
                inject(held, kind, port + 1);
            }
        }
        await().during(A_MOMENT).until(() -> counters().equals(before));
        assertCarries(held);
    }

    /** Shows that the frames are such that only the filter keeps them out. */
    @Test
    void framesOfANeighbourReachAMachineWithoutItsFilter() throws Exception {
        Held held = open();
        removeFilter();
        LinkCounters before = counters();
        for (TcpFrame.Kind kind : TcpFrame.Kind.values()) {
            inject(held, kind, held.machine().spec().underlay().getPort());
        }
        int sent = TcpFrame.Kind.values().length;
        await().until(() -> counters().receivedPackets() >= before.receivedPackets() + sent);
        // The listening socket is the kernel's own to answer: a SYN gets its SYN-ACK.
        await().until(() -> counters().sentPackets() > before.sentPackets());
    }

    private void removeFilter() throws IOException {
        hosts.right()
                .call(() -> {
                    try (PeerFilter filter = PeerFilter.open(PeerFilter.Family.IPV4)) {
                        filter.remove();
                    }
                    return true;
                });
    }

    private Held open() throws Exception {
        Held held = both.open(engine, TwoSidecars.lease());
        both.node.keep(held);
        return held;
    }

    /** Of the machine at the storage end. */
    private LinkCounters counters() throws Exception {
        return TwoSidecars.await(pod.survey()).getFirst().counters();
    }

    private void inject(Held held, TcpFrame.Kind kind, int fromPort) throws IOException {
        MachineSpec node = held.machine().spec();
        byte[] frame = TcpFrame.toStorage(node, kind);
        InetSocketAddress from = new InetSocketAddress(NEIGHBOUR, fromPort);
        InetSocketAddress to = new InetSocketAddress(TO_THE_NEIGHBOUR, node.peer().getPort());
        try (DatagramSocket socket = neighbour.call(() -> new DatagramSocket(from))) {
            socket.send(new DatagramPacket(frame, frame.length, to));
        }
    }

    /** The connection is as it was: what is written here arrives there. */
    private void assertCarries(Held held) throws Exception {
        long before = counters().receivedBytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(5_000);
            data.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            assertThat(held.socket().write(data)).isEqualTo(5_000);
        }
        await().until(() -> counters().receivedBytes() >= before + 5_000);
    }
}
