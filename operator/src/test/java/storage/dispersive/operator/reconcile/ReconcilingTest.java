package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;

/** Volumes and pools become what their resources say, stay so, and say how they are. */
@ExtendWith(OneCluster.class)
class ReconcilingTest {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    ReconcilingTest(TriedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    @Test
    void volumesOfTheirOwnBecomeReadyAndTellHowTheyAre() {
        cluster.volume("wide", 4, 2, "standard");
        cluster.volume("narrow", 2, 1, "standard");
        for (String name : List.of("wide", "narrow")) {
            DispersiveVolume ready = cluster.awaitCondition(name, "Degraded", "AllServe");
            DispersiveVolumeStatus status = ready.getStatus();
            int portions = ready.getSpec().dispersal().portions();
            assertThat(status.observedGeneration()).isEqualTo(1);
            assertThat(status.capacity()).isEqualTo(new Quantity("1Gi"));
            assertThat(status.used()).isEqualTo(new Quantity("0"));
            assertThat(status.claim())
                    .isEqualTo(new Quantity(name.equals("wide") ? "576Mi" : "896Mi"));
            assertThat(status.mayBeMissing()).isEqualTo(name.equals("wide") ? 2 : 1);
            assertThat(status.portions())
                    .hasSize(portions)
                    .allSatisfy(it -> isTold(it, "dv-" + name + "-" + it.index()));
            assertThat(Objects.requireNonNull(status.portions()))
                    .extracting(Portion::domain)
                    .doesNotHaveDuplicates();
            assertThat(truths(status.conditions()))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(
                                    "Ready", Truth.TRUE,
                                    "Progressing", Truth.FALSE,
                                    "Degraded", Truth.FALSE,
                                    "Attached", Truth.FALSE,
                                    "Spread", Truth.TRUE,
                                    "Tolerant", Truth.TRUE,
                                    "Isolated", Truth.TRUE,
                                    "Grown", Truth.TRUE));
        }
    }

    private void isTold(Portion portion, String pod) {
        assertThat(portion.pod()).isEqualTo(pod);
        assertThat(portion.state()).isEqualTo(Portion.State.SERVING);
        assertThat(portion.address()).startsWith("127.1.");
        assertThat(portion.node()).startsWith("node-").isEqualTo(portion.domain());
        assertThat(portion.incarnation()).hasSize(16);
        assertThat(portion.admittedFromSeq()).isEqualTo(1);
        assertThat(portion.bytes()).isEqualTo(new Quantity("0"));
    }

    private static Map<String, Truth> truths(@Nullable List<Condition> conditions) {
        return Objects.requireNonNull(conditions).stream()
                .collect(Collectors.toMap(Condition::type, Condition::status));
    }

    @Test
    void twentyVolumesInAPoolOfSixBecomeReady() {
        cluster.pool("six", "pods: 6");
        List<String> names = IntStream.range(0, 20).mapToObj(it -> "pooled-" + it).toList();
        names.forEach(it -> cluster.pooled(it, 4, 2, "six"));
        for (String name : names) {
            DispersiveVolumeStatus status =
                    cluster.awaitCondition(name, "Degraded", "AllServe").getStatus();
            assertThat(status.capacity()).isEqualTo(new Quantity("1Gi"));
            assertThat(status.claim()).isNull();
            assertThat(status.mayBeMissing()).isEqualTo(2);
            assertThat(status.portions())
                    .hasSize(6)
                    .allSatisfy(it -> isTold(it, it.pod()))
                    .extracting(Portion::pod)
                    .doesNotHaveDuplicates();
        }
        await().untilAsserted(() -> {
            DispersivePool pool = cluster.pool("six");
            assertThat(pool.getStatus().observedGeneration()).isEqualTo(1);
            assertThat(pool.getStatus().serving()).isEqualTo(6);
            assertThat(pool.getStatus().volumes()).isEqualTo(20);
            assertThat(pool.getStatus().capacity()).isEqualTo(new Quantity("60Gi"));
            assertThat(pool.getStatus().used()).isEqualTo(new Quantity("54Gi"));
            assertThat(pool.getStatus().pods())
                    .hasSize(6)
                    .allSatisfy(it -> {
                        assertThat(it.state()).isEqualTo(Portion.State.SERVING);
                        assertThat(it.incarnation()).hasSize(16);
                        assertThat(it.volumes()).isEqualTo(20);
                        assertThat(it.node()).isEqualTo(it.domain()).isNotNull();
                    });
            assertThat(truths(pool.getStatus().conditions()))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(
                                    "Ready", Truth.TRUE,
                                    "Progressing", Truth.FALSE,
                                    "Degraded", Truth.FALSE,
                                    "Isolated", Truth.TRUE,
                                    "Grown", Truth.TRUE));
        });
    }

    @Test
    void volumesThatComeAtTheSameTimeAreSpreadEvenlyOverALargerPool() {
        cluster.pool("eight", "pods: 8");
        List<String> names = IntStream.range(0, 9).mapToObj(it -> "spread-" + it).toList();
        names.forEach(it -> cluster.pooled(it, 2, 1, "eight"));
        names.forEach(cluster::awaitReady);
        await().untilAsserted(() -> {
            List<Integer> counts =
                    Objects.requireNonNull(cluster.pool("eight").getStatus().pods()).stream()
                            .map(PoolPod::volumes)
                            .toList();
            assertThat(counts.stream().mapToInt(it -> it).sum()).isEqualTo(27);
            assertThat(counts).allMatch(it -> it == 3 || it == 4);
        });
    }

    @Test
    void whatSomebodyChangesOrDeletesIsPutRightAndWhatOthersAddStays() {
        cluster.volume("drifting", 2, 1, "standard");
        cluster.awaitReady("drifting");
        var sets = client.apps().statefulSets().inNamespace(NAMESPACE).withName("dv-drifting");
        sets.edit(it ->
                new StatefulSetBuilder(it)
                        .editMetadata()
                        .addToAnnotations("example.com/whose", "others")
                        .addToLabels("example.com/team", "others")
                        .endMetadata()
                        .editSpec()
                        .withReplicas(1)
                        .editTemplate()
                        .editSpec()
                        .withTerminationGracePeriodSeconds(1L)
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        await().untilAsserted(() -> {
            StatefulSet set = sets.require();
            assertThat(set.getSpec().getReplicas()).isEqualTo(3);
            assertThat(set.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                    .isEqualTo(30);
            assertThat(set.getMetadata().getAnnotations())
                    .containsEntry("example.com/whose", "others");
            assertThat(set.getMetadata().getLabels()).containsEntry("example.com/team", "others");
        });
        var all =
                List.of(
                        sets,
                        client.services().inNamespace(NAMESPACE).withName("dv-drifting"),
                        client.serviceAccounts().inNamespace(NAMESPACE).withName("dv-drifting"),
                        client.network()
                                .networkPolicies()
                                .inNamespace(NAMESPACE)
                                .withName("dv-drifting"),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(NAMESPACE)
                                .withName("dv-drifting"));
        for (var object : all) {
            String before = object.require().getMetadata().getUid();
            object.delete();
            await().untilAsserted(() -> {
                assertThat(object.get()).isNotNull();
                assertThat(object.require().getMetadata().getUid()).isNotEqualTo(before);
                assertThat(object.require().getMetadata().getDeletionTimestamp()).isNull();
            });
        }
        cluster.awaitCondition("drifting", "Degraded", "AllServe");
    }

    /** Fails if a reconciler writes what is there, or looks again at what is as it should be. */
    @Test
    void anIdleOperatorAsksForNothingAndSaysNothing() {
        cluster.volume("quiet", 4, 2, "standard");
        cluster.pool("quiet", "pods: 3");
        cluster.pooled("pooled", 2, 1, "quiet");
        cluster.awaitCondition("quiet", "Degraded", "AllServe");
        cluster.awaitCondition("pooled", "Degraded", "AllServe");
        int settled = settled();
        long events = events().size();
        DispersiveVolume applied = cluster.volume("quiet");
        applied.getMetadata().setManagedFields(null);
        client.resource(applied).forceConflicts().serverSideApply();
        await().during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cluster.calls().since(settled)).isEmpty());
        assertThat(events()).hasSize((int) events);
        // The count does count: something that is to be mended is a call.
        client.services().inNamespace(NAMESPACE).withName("dv-quiet").delete();
        await().untilAsserted(() -> assertThat(cluster.calls().since(settled)).isNotEmpty());
    }

    private int settled() {
        int[] last = {-1};
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(40))
                .until(() -> {
                    int before = last[0];
                    last[0] = cluster.calls().all().size();
                    return before == last[0];
                });
        return last[0];
    }

    private List<Event> events() {
        return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(it -> "dispersive-operator".equals(it.getReportingComponent()))
                .toList();
    }

    @Test
    void eachChangeOfAConditionIsOneEvent() {
        cluster.volume("told", 2, 1, "standard");
        cluster.awaitCondition("told", "Degraded", "AllServe");
        settled();
        Map<String, Long> before = said();
        assertThat(before).containsEntry("Normal Serving", 1L);
        cluster.attach("told", "node-1");
        cluster.awaitCondition("told", "Attached", "Attached");
        settled();
        Map<String, Long> after = said();
        assertThat(after).containsEntry("Normal Attached", 1L).hasSize(before.size() + 1);
        assertThat(after.values()).as(after.toString()).allMatch(it -> it <= 2);
        cluster.attach("told", null);
    }

    private Map<String, Long> said() {
        return events().stream()
                .filter(it -> it.getInvolvedObject().getName().equals("told"))
                .map(it -> it.getType() + " " + it.getReason())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void aVolumeGrowsWithItsClaimsWhereTheStorageClassLetsThem() {
        cluster.volume("rising", 2, 1, "growing");
        cluster.volume("stuck", 2, 1, "standard");
        for (String name : List.of("rising", "stuck")) {
            cluster.awaitReady(name);
            grow(name, "2Gi");
        }
        await().untilAsserted(() -> {
            DispersiveVolumeStatus status = cluster.volume("rising").getStatus();
            assertThat(status.capacity()).isEqualTo(new Quantity("2Gi"));
            assertThat(status.claim()).isEqualTo(new Quantity("1536Mi"));
        });
        assertThat(client.persistentVolumeClaims().inNamespace(NAMESPACE).list().getItems())
                .filteredOn(it -> it.getMetadata().getName().startsWith("store-dv-rising"))
                .hasSize(3)
                .allMatch(it ->
                        new Quantity("1536Mi").equals(it.getStatus().getCapacity().get("storage")));
        DispersiveVolume stuck = cluster.awaitCondition("stuck", "Grown", "StorageClassCannotGrow");
        assertThat(stuck.getStatus().capacity()).isEqualTo(new Quantity("1Gi"));
        assertThat(stuck.getStatus().claim()).isEqualTo(new Quantity("896Mi"));
        cluster.awaitReady("stuck");
    }

    private void grow(String name, String size) {
        client.resource(cluster.volume(name))
                .edit(it -> {
                    it.setSpec(Specs.withSize(it.getSpec(), new Quantity(size)));
                    return it;
                });
    }

    @Test
    void aPoolGrowsInPodsAndInSize() {
        cluster.pool("more", "pods: 3");
        cluster.awaitPool("more", "Degraded", "AllServe");
        cluster.pooled("wider", 4, 2, "more");
        cluster.awaitCondition("wider", "Ready", "PoolCannotTakeIt");
        client.resource(cluster.pool("more"))
                .edit(it -> {
                    it.setSpec(Specs.withPods(it.getSpec(), 6));
                    return it;
                });
        cluster.awaitReady("wider");
        await().untilAsserted(
                        () -> assertThat(cluster.pool("more").getStatus().serving()).isEqualTo(6));
    }
}
