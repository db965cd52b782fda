package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.machine.KernelNamespaces;
import storage.dispersive.vnet.netlink.CabledHosts;

/**
 * Machines are spawned through both sidecars, rolled and found again by other sidecars, over and
 * over: nothing is left of them. {@code -Dvnet.rounds} is how often, {@code -Dvnet.seed} repeats
 * the order.
 */
class SidecarsLeaveNothingTest {

    private static final int ROUNDS = Integer.getInteger("vnet.rounds", 4);
    private static final long SEED = Long.getLong("vnet.seed", new Random().nextLong());

    /**
     * The kernel's count of namespaces includes what its allocator keeps for each processor, and
     * those of other programs: it tells something only of many rounds.
     */
    private static final int SLACK = 48 + ROUNDS / 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    @Test
    void afterRollsAndDeathsOfSidecars() throws Exception {
        // What is loaded and opened once is no leak.
        spawnRollAndDie(1);
        long descriptors = descriptors();
        long namespaces = KernelNamespaces.count();
        spawnRollAndDie(ROUNDS);
        await().atMost(PATIENCE).until(() -> descriptors() <= descriptors);
        await().atMost(PATIENCE).until(() -> KernelNamespaces.count() <= namespaces + SLACK);
        await().atMost(PATIENCE).until(() -> machinePorts(hosts.left()).isEmpty());
        await().atMost(PATIENCE).until(() -> machinePorts(hosts.right()).isEmpty());
        assertThat(CabledHosts.linksOf(hosts.left())).containsExactlyInAnyOrder("lo", "cable");
        assertThat(CabledHosts.linksOf(hosts.right())).containsExactlyInAnyOrder("lo", "cable");
    }

    private void spawnRollAndDie(int rounds) throws Exception {
        Random random = new Random(SEED);
        try (TwoSidecars both = new TwoSidecars(hosts, directory, "198.18.0.");
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            await().until(() -> pod.isUp() && engine.isUp());
            Held before = open(both, engine);
            for (int round = 0; round < rounds; round++) {
                Held next = open(both, engine);
                both.node.letGo(before.machine().lease().id());
                both.pod.letGo(before.machine().lease().id());
                engine.closeLease(before.machine().lease().id());
                pod.closeLease(before.machine().lease().id());
                die(both, random);
                await().until(() -> pod.isUp() && engine.isUp());
                await().alias("round " + round + " of -Dvnet.seed=" + SEED)
                        .until(() -> holds(engine, next) && holds(pod, next));
                before = next;
            }
            both.node.release();
            both.pod.release();
        }
    }

    private static void die(TwoSidecars both, Random random) throws IOException {
        boolean node = random.nextBoolean();
        boolean pod = random.nextBoolean();
        if (node) {
            both.endNodeSidecar();
        }
        if (pod) {
            both.endPodSidecar();
            both.startPodSidecar();
        }
        if (node) {
            both.startNodeSidecar();
        }
    }

    private static Held open(TwoSidecars both, SidecarLink engine) throws Exception {
        Held held = both.open(engine, TwoSidecars.lease());
        both.node.keep(held);
        return held;
    }

    /** This machine and no other. */
    private static boolean holds(SidecarLink link, Held held) throws Exception {
        var sights = TwoSidecars.await(link.survey());
        return sights.size() == 1
                && sights.getFirst().machine().lease().equals(held.machine().lease());
    }

    /** A machine's link has a UDP port of its host, wherever the link is, until it is gone. */
    private static BitSet machinePorts(NetworkNamespace host) throws IOException {
        BitSet ports = host.call(UdpPorts::taken);
        ports.clear(0, TwoSidecars.FIRST_PORT);
        ports.clear(TwoSidecars.LAST_PORT + 1, ports.size());
        return ports;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
