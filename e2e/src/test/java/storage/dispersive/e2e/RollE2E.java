package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** Storage pods are replaced by newer ones one by one, and only while all others serve. */
@OnCluster
class RollE2E {

    private static final String HERE = Cluster.STORAGE;
    private static final String NAME = "rolled";
    private static final String SET = "dv-" + NAME;
    private static final String FIRST = SET + "-0";
    private static final String BEFORE = "320Mi";
    private static final String AFTER = "321Mi";

    /** Some rounds of the operator, which looks again each ten seconds. */
    private static final Duration SOME_ROUNDS = Duration.ofSeconds(25);

    @BeforeAll
    static void makeVolume() {
        Leftovers.clear();
        Cluster.create(
                HERE, Cluster.volume(NAME, "256Mi", 4, 2, "placement: {portionsPerDomain: 2}"));
        Reported.awaitWhole(HERE, NAME);
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
        Chart.upgrade("resources.storagePod.limits.memory=" + BEFORE);
    }

    private static String limit(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .filter(it -> it.getName().equals("storage-pod"))
                .map(it -> String.valueOf(it.getResources().getLimits().get("memory")))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> uids(List<Pod> pods) {
        return pods.stream()
                .filter(it -> !it.getMetadata().getName().equals(FIRST))
                .map(it -> it.getMetadata().getUid());
    }

    @Test
    void allPodsAreReplacedOneAtATime() {
        DispersiveVolume before = Cluster.volume(HERE, NAME);
        List<Pod> pods = Cluster.pods(HERE, SET);
        assertThat(pods).hasSize(6).allSatisfy(it -> assertThat(limit(it)).isEqualTo(BEFORE));
        String node = pods.getFirst().getSpec().getNodeName();
        try (ReadinessRecord record = ReadinessRecord.of(HERE, SET)) {
            Cluster.kubectl("cordon", node);
            try {
                Cluster.kubectl("-n", HERE, "delete", "pod", FIRST);
                Chart.upgrade("resources.storagePod.limits.memory=" + AFTER);
                Cluster.await(
                        "the pod that is missing is replaced",
                        () -> assertThat(limit(Cluster.pod(HERE, FIRST))).isEqualTo(AFTER));
                assertThatOthersStay(pods);
            } finally {
                Cluster.kubectl("uncordon", node);
            }
            Cluster.await(
                    "all are replaced",
                    () -> {
                        assertThat(Cluster.pods(HERE, SET))
                                .hasSize(6)
                                .allSatisfy(it -> assertThat(limit(it)).isEqualTo(AFTER));
                        Reported.assertHolds(
                                Reported.condition(Cluster.volume(HERE, NAME), "Progressing"),
                                Truth.FALSE);
                    });
            DispersiveVolume after = Reported.awaitWhole(HERE, NAME);
            assertThat(Reported.lives(after)).isEqualTo(Reported.lives(before));
            System.out.println("away, one after the other: " + record.missed());
            assertThat(record.missed())
                    .allSatisfy(it -> assertThat(it).hasSizeLessThan(2))
                    .hasSizeGreaterThanOrEqualTo(12);
        }
    }

    private static void assertThatOthersStay(List<Pod> pods) {
        Awaitility.await("nobody else is replaced")
                .pollInterval(Duration.ofSeconds(1))
                .during(SOME_ROUNDS)
                .atMost(SOME_ROUNDS.multipliedBy(2))
                .untilAsserted(() ->
                        assertThat(uids(Cluster.pods(HERE, SET)))
                                .containsExactlyElementsOf(uids(pods).toList()));
    }
}
