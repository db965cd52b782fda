package storage.dispersive.clustertests;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.clustertests.OperatedCluster.LIMITED;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.clustertests.OperatedCluster.condition;
import static storage.dispersive.clustertests.OperatedCluster.portions;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;

/** Volumes and pools become what their resources say, stay so, and say how they are. */
public abstract class ReconcilingBehaviour {

    private final OperatedCluster cluster;
    private final KubernetesClient client;
    private final String namespace;

    protected ReconcilingBehaviour(OperatedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.namespace = cluster.namespace();
    }

    @Test
    void volumesOfTheirOwnBecomeReadyAndTellHowTheyAre() {
        cluster.wide("wide", STANDARD);
        cluster.volume("narrow", 2, 1, STANDARD);
        for (String name : List.of("wide", "narrow")) {
            boolean isWide = name.equals("wide");
            DispersiveVolume ready = cluster.awaitWhole(name);
            DispersiveVolumeStatus status = ready.getStatus();
            assertThat(status.observedGeneration()).isEqualTo(1);
            assertThat(status.capacity()).isEqualTo(new Quantity("1Gi"));
            assertThat(status.used()).isEqualTo(new Quantity("0"));
            assertThat(status.claim()).isEqualTo(new Quantity(isWide ? "576Mi" : "896Mi"));
            assertThat(status.mayBeMissing()).isEqualTo(isWide ? 2 : 1);
            assertThat(status.portions())
                    .hasSize(isWide ? 6 : 3)
                    .allSatisfy(it -> isTold(it, "dv-" + name + "-" + it.index()));
            assertThat(domains(ready).values()).allMatch(it -> it <= (isWide ? 2 : 1));
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

    private void isTold(Portion portion, String name) {
        Pod pod = cluster.pod(name);
        assertThat(portion.pod()).isEqualTo(name);
        assertThat(portion.state()).isEqualTo(Portion.State.SERVING);
        assertThat(portion.address()).isNotNull().isEqualTo(pod.getStatus().getPodIP());
        assertThat(portion.node())
                .isNotNull()
                .isEqualTo(pod.getSpec().getNodeName())
                .isEqualTo(portion.domain());
        assertThat(portion.incarnation()).hasSize(16);
        assertThat(portion.admittedFromSeq()).isEqualTo(1);
        assertThat(portion.bytes()).isEqualTo(new Quantity("0"));
    }

    private static Map<String, Long> domains(DispersiveVolume volume) {
        return portions(volume).stream()
                .map(it -> Objects.requireNonNull(it.domain()))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Map<String, Truth> truths(@Nullable List<Condition> conditions) {
        return Objects.requireNonNull(conditions).stream()
                .collect(Collectors.toMap(Condition::type, Condition::status));
    }

    @Test
    void twentyVolumesInAPoolOfSixBecomeReady() {
        cluster.pool("six", "pods: 6, placement: {portionsPerDomain: 2}");
        List<String> names = IntStream.range(0, 20).mapToObj(it -> "pooled-" + it).toList();
        names.forEach(it -> cluster.pooled(it, 4, 2, "six"));
        for (String name : names) {
            DispersiveVolumeStatus status = cluster.awaitWhole(name).getStatus();
            assertThat(status.capacity()).isEqualTo(new Quantity("1Gi"));
            assertThat(status.claim()).isNull();
            assertThat(status.mayBeMissing()).isEqualTo(2);
            assertThat(status.portions())
                    .hasSize(6)
                    .allSatisfy(it -> isTold(it, it.pod()))
                    .extracting(Portion::pod)
                    .doesNotHaveDuplicates();
        }
        cluster.eventually().untilAsserted(this::thePoolOfSixIsTold);
    }

    private void thePoolOfSixIsTold() {
        DispersivePool pool = cluster.pool("six");
        assertThat(pool.getStatus().observedGeneration()).isEqualTo(1);
        assertThat(pool.getStatus().serving()).isEqualTo(6);
        assertThat(pool.getStatus().volumes()).isEqualTo(20);
        assertThat(pool.getStatus().capacity()).isEqualTo(new Quantity("60Gi"));
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
    }

    @Test
    void whatSomebodyChangesOrDeletesIsPutRightAndWhatOthersAddStays() {
        cluster.volume("drifting", 2, 1, STANDARD);
        DispersiveVolume before = cluster.awaitWhole("drifting");
        var sets = client.apps().statefulSets().inNamespace(namespace).withName("dv-drifting");
        sets.edit(ReconcilingBehaviour::meddled);
        cluster.eventually()
                .untilAsserted(() -> {
                    StatefulSet set = sets.require();
                    assertThat(set.getSpec().getReplicas()).isEqualTo(3);
                    assertThat(
                                    set.getSpec()
                                            .getTemplate()
                                            .getSpec()
                                            .getTerminationGracePeriodSeconds())
                            .isEqualTo(30);
                    assertThat(set.getMetadata().getAnnotations())
                            .containsEntry("example.com/whose", "others");
                    assertThat(set.getMetadata().getLabels())
                            .containsEntry("example.com/team", "others");
                });
        var all =
                List.of(
                        sets,
                        client.services().inNamespace(namespace).withName("dv-drifting"),
                        client.serviceAccounts().inNamespace(namespace).withName("dv-drifting"),
                        client.network()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .withName("dv-drifting"),
                        client.policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(namespace)
                                .withName("dv-drifting"));
        for (var object : all) {
            String uid = object.require().getMetadata().getUid();
            object.delete();
            cluster.eventually()
                    .untilAsserted(() -> {
                        assertThat(object.get()).isNotNull();
                        assertThat(object.require().getMetadata().getUid()).isNotEqualTo(uid);
                        assertThat(object.require().getMetadata().getDeletionTimestamp()).isNull();
                    });
        }
        isSame(before);
    }

    private static StatefulSet meddled(StatefulSet set) {
        return new StatefulSetBuilder(set)
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
                .build();
    }

    /** Whatever happened, it is the same volume on the same disks as before. */
    private void isSame(DispersiveVolume before) {
        String name = before.getMetadata().getName();
        cluster.eventually()
                .untilAsserted(() -> {
                    DispersiveVolume now = cluster.volume(name);
                    assertThat(now.getStatus().volumeId()).isEqualTo(before.getStatus().volumeId());
                    assertThat(portions(now))
                            .extracting(Portion::incarnation)
                            .isEqualTo(
                                    portions(before).stream().map(Portion::incarnation).toList());
                    assertThat(condition(now, "Degraded").map(Condition::reason))
                            .hasValue("AllServe");
                    assertThat(cluster.pods())
                            .hasSize(portions(now).size())
                            .allMatch(it -> it.getMetadata().getDeletionTimestamp() == null);
                });
    }

    @Test
    void aStoragePodThatIsDeletedComesBackWithItsDisk() {
        cluster.volume("bereft", 2, 1, STANDARD);
        DispersiveVolume before = cluster.awaitWhole("bereft");
        Pod pod = cluster.pod("dv-bereft-1");
        Set<Portion.State> states = ConcurrentHashMap.newKeySet();
        try (Watch _ = watch("bereft", states)) {
            client.resource(pod).delete();
            cluster.eventually()
                    .untilAsserted(() -> {
                        Pod now =
                                client.pods().inNamespace(namespace).withName("dv-bereft-1").get();
                        assertThat(now).isNotNull();
                        assertThat(now.getMetadata().getUid())
                                .isNotEqualTo(pod.getMetadata().getUid());
                    });
            isSame(before);
        }
        assertThat(states).doesNotContain(Portion.State.WIPED);
    }

    /** All that is ever said of portion 1. */
    private Watch watch(String volume, Set<Portion.State> states) {
        return client.resources(DispersiveVolume.class)
                .inNamespace(namespace)
                .withName(volume)
                .watch(
                        new Watcher<>() {
                            @Override
                            public void eventReceived(Action action, DispersiveVolume seen) {
                                states.add(portions(seen).get(1).state());
                            }

                            @Override
                            public void onClose(WatcherException cause) {
                                throw new IllegalStateException("the watch has ended", cause);
                            }
                        });
    }

    @Test
    void eachChangeOfAConditionIsOneEvent() {
        cluster.volume("told", 2, 1, STANDARD);
        DispersiveVolume whole = cluster.awaitWhole("told");
        Map<String, Long> before = allSaid("told");
        assertThat(before).containsEntry("Normal Serving", 1L);
        cluster.attach(whole, Objects.requireNonNull(portions(whole).getFirst().node()));
        cluster.awaitCondition("told", "Attached", "Attached");
        Map<String, Long> wanted = new HashMap<>(before);
        wanted.put("Normal Attached", 1L);
        assertThat(allSaid("told")).isEqualTo(wanted);
    }

    /** How often the operator has said what of a volume, once it says no more. */
    private Map<String, Long> allSaid(String volume) {
        Map<String, Long> last = new HashMap<>();
        cluster.eventually()
                .during(Duration.ofSeconds(3))
                .until(() -> {
                    Map<String, Long> now = said(volume);
                    boolean isOver = now.equals(last);
                    last.clear();
                    last.putAll(now);
                    return isOver;
                });
        return last;
    }

    private Map<String, Long> said(String volume) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(it -> "dispersive-operator".equals(it.getReportingComponent()))
                .filter(it -> it.getInvolvedObject().getName().equals(volume))
                .map(it -> it.getType() + " " + it.getReason())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void aVolumeGrowsWithItsClaimsWhereTheStorageClassLetsThem() {
        cluster.volume("rising", 2, 1, LIMITED);
        cluster.volume("stuck", 2, 1, STANDARD);
        for (String name : List.of("rising", "stuck")) {
            cluster.awaitReady(name);
            grow(name, "2Gi");
        }
        cluster.eventually()
                .untilAsserted(() -> {
                    DispersiveVolumeStatus status = cluster.volume("rising").getStatus();
                    assertThat(status.capacity()).isEqualTo(new Quantity("2Gi"));
                    assertThat(status.claim()).isEqualTo(new Quantity("1536Mi"));
                });
        assertThat(client.persistentVolumeClaims().inNamespace(namespace).list().getItems())
                .filteredOn(it -> it.getMetadata().getName().startsWith("store-dv-rising"))
                .hasSize(3)
                .allMatch(it ->
                        new Quantity("1536Mi").equals(it.getStatus().getCapacity().get("storage")));
        cluster.awaitCondition("rising", "Grown", "Done");
        DispersiveVolume stuck = cluster.awaitCondition("stuck", "Grown", "StorageClassCannotGrow");
        assertThat(condition(stuck, "Grown").orElseThrow().message())
                .contains(STANDARD, "allowVolumeExpansion");
        assertThat(stuck.getStatus().capacity()).isEqualTo(new Quantity("1Gi"));
        assertThat(stuck.getStatus().claim()).isEqualTo(new Quantity("896Mi"));
        cluster.awaitReady("stuck");
        cluster.awaitWhole("rising");
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
        cluster.pool("more", "pods: 3, placement: {portionsPerDomain: 2}");
        cluster.awaitPool("more", "Degraded", "AllServe");
        cluster.pooled("wider", 4, 2, "more");
        cluster.awaitCondition("wider", "Ready", "PoolCannotTakeIt");
        client.resource(cluster.pool("more"))
                .edit(it -> {
                    it.setSpec(Specs.withPods(it.getSpec(), 6));
                    return it;
                });
        cluster.awaitReady("wider");
        cluster.eventually()
                .untilAsserted(
                        () -> assertThat(cluster.pool("more").getStatus().serving()).isEqualTo(6));
    }
}
