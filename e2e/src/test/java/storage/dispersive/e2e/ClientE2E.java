package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** Who uses a volume does not notice that storage pods and nodes go and come back. */
@OnCluster
class ClientE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "used";

    /** Enough for both faults on a slow machine; checked, as it would try nothing otherwise. */
    private static final int SECONDS = 180;

    private static final Duration HANG = Duration.ofSeconds(15);
    private static final String ALL_CONNECTIONS = ", 12 Isolated, ";

    @BeforeAll
    static void makeVolume() {
        Leftovers.clear();
        ClientPod.delete();
        Cluster.create(
                HERE, Cluster.volume(NAME, "256Mi", 4, 2, "placement: {portionsPerDomain: 2}"));
        Reported.awaitWhole(HERE, NAME);
    }

    @AfterAll
    static void clear() {
        ClientPod.delete();
        Leftovers.clear();
    }

    @Test
    void aClientWritesAndReadsWhileStoragePodsAndANodeAreAway() {
        DispersiveVolume volume = Cluster.volume(HERE, NAME);
        List<String> nodes = Reported.nodes(volume).stream().sorted().toList();
        String own = nodes.getFirst();
        String other = nodes.getLast();
        assertThat(own).isNotEqualTo(other);
        long generation = Attachments.take(volume, own);
        ClientPod.start(volume, generation, own, SECONDS);
        awaitAllConnections();
        Cluster.kubectl("-n", HERE, "delete", "pod", "dv-used-0", "dv-used-1");
        Reported.awaitWhole(HERE, NAME);
        awaitAllConnections();
        hang(other);
        awaitAllConnections();
        assertThat(ClientPod.end()).as("it has seen all that").isEmpty();
        Cluster.await("the client ends", () -> assertThat(ClientPod.end()).isPresent());
        String log = ClientPod.log();
        tell(log);
        assertThat(ClientPod.end().orElseThrow().getExitCode()).as(log).isZero();
        assertThat(log).containsPattern("(?s)(verified 1024 blocks, 0 wrong.*){2}");
        assertThat(log.lines().filter(it -> it.contains(" errors")))
                .hasSizeGreaterThan(60)
                .allSatisfy(it -> assertThat(it).endsWith(" 0 errors"));
        assertThat(log.lines().filter(it -> it.startsWith("serving ")))
                .hasSize(2)
                .allSatisfy(it -> assertThat(it.split(" Isolated ", -1)).hasSize(13));
        Attachments.release(Cluster.volume(HERE, NAME));
        Reported.awaitWhole(HERE, NAME);
    }

    /** In the last of the lines that it says each second. */
    private static void awaitAllConnections() {
        Cluster.await(
                "all connections of the client are open",
                () -> {
                    assertThat(ClientPod.end().map(_ -> ClientPod.log())).isEmpty();
                    assertThat(ClientPod.log().lines().reduce("", (_, last) -> last))
                            .contains(ALL_CONNECTIONS);
                });
    }

    /** Some seconds during which the client must go on without the storage pods there. */
    private static void hang(String node) {
        Cluster.node("pause", node);
        try {
            Awaitility.await("the client goes on")
                    .pollInterval(Duration.ofSeconds(1))
                    .during(HANG)
                    .atMost(HANG.multipliedBy(2))
                    .untilAsserted(() -> assertThat(ClientPod.end()).isEmpty());
        } finally {
            Cluster.node("unpause", node);
        }
        Cluster.kubectl("wait", "--for=condition=Ready", "node/" + node, "--timeout=180s");
    }

    private static void tell(String log) {
        long longest =
                log.lines()
                        .filter(it -> it.contains("longest pause "))
                        .mapToLong(it ->
                                Long.parseLong(
                                        it.replaceAll(".*longest pause ([0-9]+) ms.*", "$1")))
                        .max()
                        .orElse(-1);
        System.out.printf("the client's longest pause: %d ms%n", longest);
    }
}
