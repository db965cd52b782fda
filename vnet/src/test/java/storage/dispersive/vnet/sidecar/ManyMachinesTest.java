package storage.dispersive.vnet.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.vnet.client.Held;
import storage.dispersive.vnet.client.SidecarLink;
import storage.dispersive.vnet.netlink.CabledHosts;

/**
 * How long machines take, from a main process's question to a connected socket, and what they take
 * of memory. Prints figures; {@code -Dvnet.machines=1200} for a node of a hundred volumes.
 */
class ManyMachinesTest {

    private static final int MACHINES = Integer.getInteger("vnet.machines", 36);

    /** A 4+2 volume: a writing and a reading session with each of six pods. */
    private static final int OF_ONE_VOLUME = 12;

    /** A link's end takes the kernel some milliseconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    @TempDir Path directory;

    @Test
    void areMadeTogetherAndAllEnd() throws Exception {
        try (TwoSidecars both = new TwoSidecars(hosts, directory, "198.18.0.", "20000-23999");
                SidecarLink pod = both.storagePod();
                SidecarLink watcher = both.engine()) {
            await().until(() -> pod.isUp() && watcher.isUp());
            long availableBefore = memory("MemAvailable");
            List<Long> millis = new ArrayList<>();
            try (SidecarLink engine = both.engine()) {
                await().until(engine::isUp);
                for (int made = 0; made < MACHINES; made += OF_ONE_VOLUME) {
                    millis.add(openAll(both, engine));
                }
                long taken = availableBefore - memory("MemAvailable");
                System.out.printf(
                        "%d machines at each of two hosts, %d at a time: the first %d in %d ms, the"
                                + " median %d ms, the last %d ms; %d KiB of memory for each,"
                                + " load %s%n",
                        MACHINES,
                        OF_ONE_VOLUME,
                        OF_ONE_VOLUME,
                        millis.getFirst(),
                        millis.stream().sorted().toList().get(millis.size() / 2),
                        millis.getLast(),
                        taken / 2 / MACHINES,
                        Files.readString(Path.of("/proc/loadavg")).strip());
                assertThat(both.node.holds()).hasSize(MACHINES);
                assertThat(TwoSidecars.await(engine.survey())).hasSize(MACHINES);
            }
            both.node.release();
            // Others are answered while they end.
            Set<Integer> seen = new TreeSet<>();
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        seen.add(TwoSidecars.await(watcher.survey()).size());
                        return seen.contains(0);
                    });
            assertThat(seen).hasSizeGreaterThan(2);
        }
    }

    private static long openAll(TwoSidecars both, SidecarLink engine) throws Exception {
        long start = System.nanoTime();
        List<CompletableFuture<Held>> opened = new ArrayList<>();
        for (int i = 0; i < OF_ONE_VOLUME; i++) {
            opened.add(both.begin(engine));
        }
        for (CompletableFuture<Held> one : opened) {
            both.node.keep(TwoSidecars.await(one));
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** In KiB, of proc(5)'s meminfo. */
    private static long memory(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> new Scanner(line.substring(line.indexOf(':') + 1)).nextLong())
                .findFirst()
                .orElseThrow();
    }
}
