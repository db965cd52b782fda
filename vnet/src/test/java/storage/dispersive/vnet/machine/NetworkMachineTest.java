package storage.dispersive.vnet.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.vnet.machine.MachineSpec.End;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.netlink.NetworkLinks;

class NetworkMachineTest {

    private static final int VNI = 0x7FFFFF;
    private static final int MTU = 1430;
    private static final int TIMEOUT_MILLIS = 10_000;

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    private NetworkLinks left;
    private NetworkLinks right;

    @BeforeEach
    void cable() throws IOException {
        left = hosts.left().call(NetworkLinks::open);
        right = hosts.right().call(NetworkLinks::open);
    }

    @AfterEach
    void cut() {
        left.close();
        right.close();
    }

    @ParameterizedTest
    @CsvSource({"198.18.0.1,198.18.0.2", "fd00::1,fd00::2"})
    void carryOneConnection(String leftHost, String rightHost) throws IOException {
        InetSocketAddress here = new InetSocketAddress(leftHost, 7001);
        InetSocketAddress there = new InetSocketAddress(rightHost, 7002);
        try (NetworkMachine node = node(VNI, here, there);
                NetworkMachine storage = storage(VNI, there, here);
                Descriptor listening = storage.listen();
                Descriptor connected = node.connect(TIMEOUT_MILLIS);
                Arena arena = Arena.ofConfined()) {
            assertThat(listening.number()).isNotEqualTo(connected.number());
            MemorySegment data = arena.allocate(1000);
            assertThat(connected.write(data)).isEqualTo(1000);
            assertThat(node.counters().sentBytes()).isGreaterThan(1000);
        }
    }

    @Test
    void nobodyAnswersWhereTheOtherEndIsMissing() throws IOException {
        try (NetworkMachine node = node(VNI, at(1, 7001), at(2, 7002))) {
            assertThatThrownBy(() -> node.connect(50)).hasMessageContaining("connect");
        }
    }

    @Test
    void isFoundAgainBySocketAndEndsWhoeverHoldsOne() throws IOException {
        Descriptor kept;
        MachineSpec spec;
        try (NetworkMachine storage = storage(VNI, at(2, 7002), at(1, 7001))) {
            kept = storage.listen();
            spec = storage.spec();
        }
        try (kept) {
            assertThatThrownBy(() -> storage(VNI, at(2, 7002), at(1, 7001)))
                    .isInstanceOfSatisfying(
                            LinuxException.class,
                            e -> assertThat(e.errno()).isIn(Errno.EEXIST, Errno.EADDRINUSE));
            NetworkMachine found = NetworkMachine.ofSocket(kept, spec);
            assertThat(found.counters().sentBytes()).isGreaterThanOrEqualTo(0);
            found.end();
            try (NetworkMachine again = storage(VNI, at(2, 7002), at(1, 7001))) {
                assertThat(again.spec()).isEqualTo(spec);
            }
        }
    }

    @Test
    void sendsNoMoreThanItMay() throws IOException {
        try (NetworkMachine node = node(VNI, at(1, 7001), at(2, 7002))) {
            node.limitRate(1_000_000);
            node.limitRate(20_000_000_000L);
            node.unlimitRate();
            node.unlimitRate();
            assertThatThrownBy(() -> node.limitRate(0)).hasMessageContaining("a rate of 0");
        }
    }

    @Test
    void haveTheMtuOfTheWayLessWhatTheLinkAdds() throws IOException {
        InetAddress four = InetAddress.getByName("198.18.0.2");
        InetAddress six = InetAddress.getByName("fd00::2");
        assertThat(Underlay.mtuInside(left, four)).isEqualTo(1450);
        assertThat(Underlay.mtuInside(left, six)).isEqualTo(1430);
        left.setMtu(left.get("cable").index(), 9000);
        assertThat(Underlay.mtuInside(left, four)).isEqualTo(8950);
        assertThat(Underlay.mtuInside(left, six)).isEqualTo(8930);
    }

    @Test
    void manyLiveBesideEachOther() throws IOException {
        List<NetworkMachine> machines = new ArrayList<>();
        long startNanos = System.nanoTime();
        try {
            for (int i = 0; i < 12; i++) {
                machines.add(node(VNI - i, at(1, 7001 + i), at(2, 7001 + i)));
            }
            long millis = (System.nanoTime() - startNanos) / 1_000_000;
            System.out.println("12 machines in " + millis + " ms");
            assertThat(machines.stream().map(machine -> machine.spec().address()).distinct())
                    .hasSize(12);
        } finally {
            machines.forEach(NetworkMachine::close);
        }
    }

    private NetworkMachine node(int vni, InetSocketAddress here, InetSocketAddress there)
            throws IOException {
        return NetworkMachine.spawn(left, new MachineSpec(vni, End.NODE, here, there, MTU));
    }

    private NetworkMachine storage(int vni, InetSocketAddress here, InetSocketAddress there)
            throws IOException {
        return NetworkMachine.spawn(right, new MachineSpec(vni, End.STORAGE, here, there, MTU));
    }

    private static InetSocketAddress at(int host, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("198.18.0." + host), port);
    }
}
