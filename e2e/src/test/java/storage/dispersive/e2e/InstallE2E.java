package storage.dispersive.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/** Volumes that somebody asks for are there soon, and their status tells the truth. */
@OnCluster
class InstallE2E {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration AT_ONCE = Duration.ofSeconds(10);
    private static final String HERE = Cluster.STORAGE;
    private static final int POOLED = 20;
    private static final int POOL_PODS = 6;

    @BeforeAll
    static void askForVolumes() {
        Leftovers.clear();
        Cluster.create(
                HERE, Cluster.volume("photos", "1Gi", 4, 2, "placement: {portionsPerDomain: 2}"));
        Cluster.create(HERE, Cluster.volume("small", "1Gi", 2, 1));
        Cluster.create(
                HERE,
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersivePool
                metadata: {name: shared}
                spec:
                  pods: %d
                  storage: {size: 10Gi}
                  placement: {portionsPerDomain: 2}
                """
                        .formatted(POOL_PODS));
        for (int number = 1; number <= POOLED; number++) {
            Cluster.create(
                    HERE,
                    Cluster.volume("pooled-" + number, "1Gi", 4, 2, "poolRef: {name: shared}"));
        }
        Cluster.volumes(HERE).forEach(it -> Reported.awaitWhole(HERE, it.getMetadata().getName()));
        Cluster.await(
                "the pool tells of its volumes",
                () -> assertThat(pool().getStatus().volumes()).isEqualTo(POOLED));
    }

    @AfterAll
    static void clear() {
        Leftovers.clear();
    }

    private static DispersivePool pool() {
        return Cluster.pool(HERE, "shared");
    }

    private static boolean isPooled(DispersiveVolume volume) {
        return volume.getSpec().poolRef() != null;
    }

    private static Duration took(DispersiveVolume volume) {
        return Duration.between(
                Instant.parse(volume.getMetadata().getCreationTimestamp()),
                Reported.since(Reported.condition(volume, "Ready")));
    }

    @Test
    @Order(1)
    void allVolumesAreReadyWithinTwoMinutes() {
        List<DispersiveVolume> volumes = Cluster.volumes(HERE);
        volumes.stream()
                .sorted(Comparator.comparing(InstallE2E::took))
                .forEach(it ->
                        System.out.printf(
                                "%s: ready %d s after it was made%n",
                                it.getMetadata().getName(), took(it).toSeconds()));
        assertThat(volumes)
                .hasSize(POOLED + 2)
                .allSatisfy(it ->
                        assertThat(took(it))
                                .as(it.getMetadata().getName())
                                .isLessThanOrEqualTo(SOON));
    }

    @Test
    @Order(2)
    void volumesOfAPoolAreReadySoonAfterIt() {
        Instant pool = Reported.since(Reported.condition(pool(), "Ready"));
        List<DispersiveVolume> pooled =
                Cluster.volumes(HERE).stream().filter(InstallE2E::isPooled).toList();
        Instant last =
                pooled.stream()
                        .map(it -> Reported.since(Reported.condition(it, "Ready")))
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        Duration after = Duration.between(pool, last);
        System.out.printf("the last pooled volume: %d s after its pool%n", after.toSeconds());
        // Of a pool that waits for its first volumes, Ready does not wait for all its pods.
        System.out.printf(
                "... %d s after all storage pods of the pool serve%n",
                Duration.between(Reported.since(Reported.condition(pool(), "Degraded")), last)
                        .toSeconds());
        assertThat(pooled).hasSize(POOLED);
        assertThat(after).isLessThanOrEqualTo(AT_ONCE);
    }

    @Test
    @Order(3)
    void theStatusOfEachVolumeIsSetAndTrue() {
        List<String> ids = new ArrayList<>();
        for (DispersiveVolume volume : Cluster.volumes(HERE)) {
            var status = volume.getStatus();
            ids.add(Objects.requireNonNull(status.volumeId()));
            assertThat(status.observedGeneration()).isEqualTo(volume.getMetadata().getGeneration());
            assertThat(String.valueOf(status.capacity())).isEqualTo("1Gi");
            assertThat(String.valueOf(status.used())).isEqualTo("0");
            assertThat(status.mayBeMissing()).isEqualTo(volume.getSpec().dispersal().redundancy());
            assertThat(status.attachment()).isNull();
            for (String good : List.of("Ready", "Spread", "Tolerant", "Isolated", "Grown")) {
                Reported.assertHolds(Reported.condition(volume, good), Truth.TRUE);
            }
            for (String absent : List.of("Degraded", "Progressing", "Attached")) {
                Reported.assertHolds(Reported.condition(volume, absent), Truth.FALSE);
            }
            assertThat(status.portions())
                    .hasSize(volume.getSpec().dispersal().portions())
                    .allSatisfy(InstallE2E::isTrue);
            String claim = isPooled(volume) ? null : claim(volume);
            assertThat(status.claim() == null ? null : status.claim().toString()).isEqualTo(claim);
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    /** What each of the claims says; they must all say the same. */
    private static String claim(DispersiveVolume volume) {
        List<String> sizes =
                Reported.portions(volume).stream().map(it -> request(it.pod())).distinct().toList();
        assertThat(sizes).hasSize(1);
        return sizes.getFirst();
    }

    private static String request(String pod) {
        PersistentVolumeClaim claim =
                Cluster.CLIENT
                        .persistentVolumeClaims()
                        .inNamespace(HERE)
                        .withName("store-" + pod)
                        .require();
        return String.valueOf(claim.getSpec().getResources().getRequests().get("storage"));
    }

    private static void isTrue(Portion portion) {
        Pod pod = Cluster.pod(HERE, portion.pod());
        assertThat(portion.state()).isEqualTo(Portion.State.SERVING);
        assertThat(portion.address()).isEqualTo(pod.getStatus().getPodIP());
        assertThat(portion.node()).isEqualTo(pod.getSpec().getNodeName());
        assertThat(portion.domain()).isEqualTo(portion.node());
        assertThat(portion.incarnation()).isNotNull();
        assertThat(portion.admittedFromSeq()).isNotNull();
        assertThat(String.valueOf(portion.bytes())).isEqualTo("0");
    }

    @Test
    @Order(4)
    void noDomainHasMoreThanItsShare() {
        for (DispersiveVolume volume : Cluster.volumes(HERE)) {
            int share = volume.getMetadata().getName().equals("small") ? 1 : 2;
            for (String node : Reported.nodes(volume)) {
                assertThat(Reported.portions(volume).stream().filter(it -> node.equals(it.node())))
                        .as(volume.getMetadata().getName() + " on " + node)
                        .hasSizeLessThanOrEqualTo(share);
            }
        }
    }

    @Test
    @Order(5)
    void theStatusOfThePoolIsSetAndTrue() {
        DispersivePool pool = pool();
        var status = pool.getStatus();
        assertThat(status.observedGeneration()).isEqualTo(pool.getMetadata().getGeneration());
        assertThat(status.serving()).isEqualTo(POOL_PODS);
        assertThat(String.valueOf(status.capacity())).isEqualTo("60Gi");
        assertThat(String.valueOf(status.used())).isEqualTo("0");
        Reported.assertHolds(Reported.condition(pool, "Ready"), Truth.TRUE);
        Reported.assertHolds(Reported.condition(pool, "Degraded"), Truth.FALSE);
        List<PoolPod> pods = Objects.requireNonNull(status.pods());
        assertThat(pods).hasSize(POOL_PODS);
        for (int index : IntStream.range(0, POOL_PODS).toArray()) {
            PoolPod row = pods.get(index);
            Pod pod = Cluster.pod(HERE, "dpool-shared-" + index);
            assertThat(row.pod()).isEqualTo(pod.getMetadata().getName());
            assertThat(row.address()).isEqualTo(pod.getStatus().getPodIP());
            assertThat(row.node()).isEqualTo(pod.getSpec().getNodeName());
            assertThat(row.domain()).isEqualTo(row.node());
            assertThat(row.state()).isEqualTo(Portion.State.SERVING);
            assertThat(row.volumes()).isEqualTo(held(row));
            assertThat(Objects.requireNonNull(row.capacity()).getNumericalAmount())
                    .isEqualByComparingTo("10737418240");
        }
    }

    /** Volumes that have said that this storage pod holds a portion of theirs. */
    private static int held(PoolPod pod) {
        return (int)
                Cluster.volumes(HERE).stream()
                        .flatMap(it -> Reported.portions(it).stream())
                        .filter(it ->
                                it.pod().equals(pod.pod())
                                        && Objects.equals(it.incarnation(), pod.incarnation()))
                        .count();
    }

    @Test
    @Order(6)
    void kubectlShowsWhatTheDocumentationSays() {
        Transcript transcript = new Transcript("kubectl -n " + HERE + " ");
        transcript.compare("get dv photos small pooled-1 pooled-2");
        transcript.compare("get dv photos small pooled-1 -o wide");
        transcript.compare("get dpool");
        transcript.compare("describe dv small");
        transcript.compare("describe dpool shared");
    }
}
