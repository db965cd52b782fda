package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.machine.KernelNamespaces;
import storage.dispersive.vnet.netlink.CabledHosts;

/**
 * Machines are spawned through both sidecars, which are processes of their own, rolled, and found
 * again when a sidecar was killed, over and over: nothing is left of them. {@code -Dvnet.rounds} is
 * how often, {@code -Dvnet.seed} repeats the order.
 */
class SidecarsLeaveNothingTest {

    private static final int ROUNDS = Integer.getInteger("vnet.rounds", 4);
    private static final long SEED = Long.getLong("vnet.seed", new Random().nextLong());

    /** Spawned at once, and ended by the death of their process, while sidecars live. */
    private static final int OF_ONE_PROCESS = 8;

    /** A JVM opens and starts some things only once it has worked for a while. */
    private static final int ROUNDS_BEFORE = 3;

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
        Random random = new Random(SEED);
        try (TwoSidecars both = TwoSidecars.asProcesses(hosts, directory);
                SidecarLink pod = both.storagePod();
                SidecarLink engine = both.engine()) {
            await().atMost(PATIENCE).until(() -> pod.isUp() && engine.isUp());
            List<HostFootprint> empty = footprints();
            Held held = rollAndDie(both, pod, engine, open(both, engine), random);
            // What is loaded and opened once is no leak.
            long descriptors = descriptors();
            long namespaces = KernelNamespaces.count();
            long start = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                held = rollAndDie(both, pod, engine, held, random);
            }
            await().atMost(PATIENCE).until(() -> descriptors() <= descriptors);
            awaitNamespaces(namespaces, start);
            leave(both, pod, engine, held);
            awaitFootprints(empty);
        }
    }

    @Test
    void afterDeathsOfProcessesThatSidecarsOutlive() throws Exception {
        try (TwoSidecars both = TwoSidecars.asProcesses(hosts, directory);
                SidecarLink pod = both.storagePod()) {
            await().atMost(PATIENCE).until(pod::isUp);
            try (SidecarLink engine = both.engine()) {
                await().atMost(PATIENCE).until(engine::isUp);
            }
            List<HostFootprint> empty = footprints();
            for (int round = 0; round < ROUNDS_BEFORE; round++) {
                spawnAndLeave(both, pod);
            }
            awaitFootprints(empty);
            long namespaces = KernelNamespaces.count();
            List<SidecarProcess.Footprint> before = both.processes();
            long start = System.nanoTime();
            for (int round = 0; round < ROUNDS; round++) {
                spawnAndLeave(both, pod);
            }
            awaitFootprints(empty);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(both.processes())
                                    .as("after %d rounds; before: %s", ROUNDS, before)
                                    .zipSatisfy(before, SidecarsLeaveNothingTest::isNoMore));
            System.out.println("sidecars before: " + before + ", after: " + both.processes());
            awaitNamespaces(namespaces, start);
        }
    }

    private static void isNoMore(SidecarProcess.Footprint after, SidecarProcess.Footprint before) {
        assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
    }

    private static void awaitNamespaces(long before, long startNanos) throws IOException {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        await().atMost(PATIENCE).until(() -> KernelNamespaces.count() <= before + SLACK);
        System.out.printf(
                "%d rounds in %d s: %d namespaces in the kernel, %d before%n",
                ROUNDS, took.toSeconds(), KernelNamespaces.count(), before);
    }

    /** An engine spawns machines and dies, with the sockets that it had. */
    private static void spawnAndLeave(TwoSidecars both, SidecarLink pod) throws Exception {
        // Machines stay a while after their connections; one node may have half of a pod's ports.
        await().atMost(PATIENCE)
                .until(() ->
                        TwoSidecars.await(pod.survey()).size() + OF_ONE_PROCESS
                                < TwoSidecars.PORT_COUNT / 2);
        try (SidecarLink engine = both.engine()) {
            await().atMost(PATIENCE).until(engine::isUp);
            for (int i = 0; i < OF_ONE_PROCESS; i++) {
                open(both, engine);
            }
        }
        both.node.release();
        both.pod.holds().forEach(held -> pod.closeLease(held.machine().lease().id()));
        both.pod.release();
    }

    private void awaitFootprints(List<HostFootprint> wanted) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(footprints()).isEqualTo(wanted));
    }

    private List<HostFootprint> footprints() throws IOException {
        return List.of(HostFootprint.of(hosts.left()), HostFootprint.of(hosts.right()));
    }

    /** The machine that takes the place of the one before. */
    private static Held rollAndDie(
            TwoSidecars both, SidecarLink pod, SidecarLink engine, Held before, Random random)
            throws Exception {
        Held next = open(both, engine);
        leave(both, pod, engine, before);
        die(both, random);
        await().atMost(PATIENCE).until(() -> pod.isUp() && engine.isUp());
        await().atMost(PATIENCE)
                .alias("after a roll of -Dvnet.seed=" + SEED)
                .until(() -> holds(engine, next) && holds(pod, next));
        return next;
    }

    private static void leave(TwoSidecars both, SidecarLink pod, SidecarLink engine, Held machine) {
        both.node.letGo(machine.machine().lease().id());
        both.pod.letGo(machine.machine().lease().id());
        engine.closeLease(machine.machine().lease().id());
        pod.closeLease(machine.machine().lease().id());
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

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
