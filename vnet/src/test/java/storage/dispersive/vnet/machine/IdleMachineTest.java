package storage.dispersive.vnet.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.machine.MachineSpec.End;
import storage.dispersive.vnet.netlink.CabledHosts;
import storage.dispersive.vnet.netlink.LinkCounters;
import storage.dispersive.vnet.netlink.NetworkLinks;

/** A machine says nothing of its own: each of its packets belongs to its connection. */
class IdleMachineTest {

    private static final int VNI = 99;
    private static final int PORT = 20_001;
    private static final int MTU = 1_430;

    /** The kernel's first questions about IPv6 come within two seconds of a link's life. */
    private static final Duration LISTENING = Duration.ofMillis(3_500);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @Test
    void saysNothing() throws Exception {
        try (NetworkMachine left = hosts.left().call(() -> spawn(End.NODE, "1", "2"));
                NetworkMachine right = hosts.right().call(() -> spawn(End.STORAGE, "2", "1"))) {
            LinkCounters none = new LinkCounters(0, 0, 0, 0);
            await().during(LISTENING)
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        assertThat(left.counters()).isEqualTo(none);
                        assertThat(right.counters()).isEqualTo(none);
                    });
            assertThat(cableIsUp(hosts.left())).isTrue();
        }
    }

    private static NetworkMachine spawn(End end, String here, String there) throws IOException {
        try (NetworkLinks host = NetworkLinks.open()) {
            return NetworkMachine.spawn(
                    host,
                    new MachineSpec(
                            VNI,
                            end,
                            new InetSocketAddress("198.18.0." + here, PORT),
                            new InetSocketAddress("198.18.0." + there, PORT),
                            MTU));
        }
    }

    private static boolean cableIsUp(NetworkNamespace host) throws IOException {
        return host.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                return links.get("cable").up();
            }
        });
    }
}
