package storage.dispersive.clustertests;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.clustertests.OperatedCluster.condition;
import static storage.dispersive.clustertests.OperatedCluster.portions;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.clustertests.OperatedCluster.Template;

/** What is used is not deleted, and what is deleted loses what it should and nothing else. */
public abstract class LettingGoBehaviour {

    /** Some rounds of an operator that looks again each ten seconds. */
    private static final Duration SOME_ROUNDS = Duration.ofSeconds(25);

    private final OperatedCluster cluster;
    private final KubernetesClient client;
    private final String namespace;

    protected LettingGoBehaviour(OperatedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.namespace = cluster.namespace();
    }

    @Test
    void aVolumeThatANodeUsesIsDeletedWhenItDoesNotAnyMore() {
        cluster.volume("used", 2, 1, STANDARD);
        DispersiveVolume whole = cluster.awaitWhole("used");
        String node = Objects.requireNonNull(portions(whole).getFirst().node());
        cluster.attach(whole, node);
        cluster.delete("used");
        DispersiveVolume told = cluster.awaitCondition("used", "Deletable", "Attached");
        assertThat(condition(told, "Deletable").orElseThrow().message()).contains("node " + node);
        assertThat(told.getStatus().mayBeMissing()).isEqualTo(1);
        cluster.awaitCondition("used", "Attached", "Attached");
        cluster.eventually()
                .untilAsserted(() ->
                        assertThat(client.v1().events().inNamespace(namespace).list().getItems())
                                .anyMatch(it ->
                                        it.getInvolvedObject().getName().equals("used")
                                                && it.getType().equals("Warning")
                                                && it.getMessage().startsWith("Deletable: ")));
        // It is still kept as any other.
        client.services().inNamespace(namespace).withName("dv-used").delete();
        String pod = cluster.pod("dv-used-0").getMetadata().getUid();
        client.pods().inNamespace(namespace).withName("dv-used-0").delete();
        cluster.eventually()
                .untilAsserted(() -> {
                    assertThat(client.services().inNamespace(namespace).withName("dv-used").get())
                            .isNotNull();
                    assertThat(uids()).hasSize(3).doesNotContainValue(pod);
                });
        cluster.awaitWhole("used");
        cluster.release(cluster.volume("used"));
        cluster.awaitGone("used");
    }

    @Test
    void aPoolIsDeletedWhenItHoldsNoVolumeAnyMore() {
        cluster.pool("held", "pods: 3, reclaimPolicy: Delete");
        cluster.pooled("holding", 2, 1, "held");
        cluster.awaitReady("holding");
        client.resource(cluster.pool("held")).delete();
        DispersivePool told = cluster.awaitPool("held", "Deletable", "HoldsVolumes");
        assertThat(condition(told, "Deletable").orElseThrow().message()).contains("1 volumes");
        cluster.awaitReady("holding");
        cluster.pooled("late", 2, 1, "held");
        cluster.awaitCondition("late", "Ready", "PoolIsDeleted");
        cluster.delete("late");
        cluster.delete("holding");
        cluster.eventually()
                .untilAsserted(() -> {
                    assertThat(
                                    client.resources(DispersivePool.class)
                                            .inNamespace(namespace)
                                            .list()
                                            .getItems())
                            .isEmpty();
                    assertThat(claims()).isEmpty();
                });
    }

    @Test
    void claimsGoWithAVolumeOfItsOwnOnlyIfItIsReclaimed() {
        cluster.volume(
                "reclaimed",
                "dispersal: {data: 2, redundancy: 1}, storage: {storageClassName: standard},"
                        + " reclaimPolicy: Delete");
        cluster.volume("retained", 2, 1, STANDARD);
        cluster.awaitReady("reclaimed");
        cluster.awaitReady("retained");
        assertThat(claims()).hasSize(6);
        cluster.delete("reclaimed");
        cluster.delete("retained");
        cluster.eventually()
                .untilAsserted(() -> {
                    assertThat(cluster.pods()).isEmpty();
                    assertThat(claims())
                            .containsExactlyInAnyOrder(
                                    "store-dv-retained-0 Bound",
                                    "store-dv-retained-1 Bound",
                                    "store-dv-retained-2 Bound");
                });
    }

    private List<String> claims() {
        return client.persistentVolumeClaims().inNamespace(namespace).list().getItems().stream()
                .map(it -> it.getMetadata().getName() + " " + it.getStatus().getPhase())
                .toList();
    }

    @Test
    void aVolumeThatIsMadeAgainAtOnceGetsPodsOfItsOwn() {
        cluster.volume("again", 2, 1, STANDARD);
        DispersiveVolume before = cluster.awaitReady("again");
        cluster.delete("again");
        cluster.awaitGone("again");
        cluster.volume("again", 2, 1, STANDARD);
        DispersiveVolume now = cluster.awaitWhole("again");
        assertThat(now.getStatus().volumeId()).isNotEqualTo(before.getStatus().volumeId());
        assertThat(
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace)
                                .withName("dv-again")
                                .require()
                                .getMetadata()
                                .getOwnerReferences())
                .extracting(it -> it.getUid())
                .containsExactly(now.getMetadata().getUid())
                .doesNotContain(before.getMetadata().getUid());
    }

    @Test
    void aRollReplacesOnePodAtATimeAndWaitsForOneThatIsMissing() {
        cluster.wide("rolled", STANDARD);
        DispersiveVolume before = cluster.awaitWhole("rolled");
        Map<String, String> old = uids();
        String revision = revision();
        String node = Objects.requireNonNull(portions(before).getFirst().node());
        try (MissingPods missing = new MissingPods(cluster, 6)) {
            setUnschedulable(node, true);
            client.pods().inNamespace(namespace).withName("dv-rolled-0").delete();
            cluster.awaitCondition("rolled", "Degraded", "PodsMissing");
            cluster.restartOperator(Template.OTHER);
            // It is replaced at once, as it serves nobody; its successor has no node either.
            cluster.eventually().ignoreExceptions().until(() -> !revision().equals(revision));
            Awaitility.await()
                    .during(SOME_ROUNDS)
                    .atMost(SOME_ROUNDS.multipliedBy(2))
                    .untilAsserted(() -> assertThat(others(uids())).isEqualTo(others(old)));
            setUnschedulable(node, false);
            cluster.eventually()
                    .atMost(cluster.patience().multipliedBy(2))
                    .untilAsserted(() ->
                            assertThat(uids().values())
                                    .hasSize(6)
                                    .doesNotContainAnyElementsOf(old.values()));
            cluster.awaitCondition("rolled", "Progressing", "Done");
            DispersiveVolume after = cluster.awaitWhole("rolled");
            assertThat(portions(after))
                    .extracting(Portion::incarnation)
                    .isEqualTo(portions(before).stream().map(Portion::incarnation).toList());
            assertThat(missing.most()).isEqualTo(1);
        } finally {
            setUnschedulable(node, false);
            cluster.restartOperator(Template.USUAL);
        }
    }

    /** Of what the first pod is made; throws while it is being replaced. */
    private String revision() {
        return Objects.requireNonNull(
                cluster.pod("dv-rolled-0")
                        .getMetadata()
                        .getLabels()
                        .get("controller-revision-hash"));
    }

    private void setUnschedulable(String node, boolean isSo) {
        client.nodes()
                .withName(node)
                .edit(it ->
                        new NodeBuilder(it).editSpec().withUnschedulable(isSo).endSpec().build());
    }

    /** Of all pods, by name. */
    private Map<String, String> uids() {
        Map<String, String> uids = new HashMap<>();
        cluster.pods()
                .forEach(it -> uids.put(it.getMetadata().getName(), it.getMetadata().getUid()));
        return uids;
    }

    private static Map<String, String> others(Map<String, String> uids) {
        Map<String, String> others = new HashMap<>(uids);
        others.remove("dv-rolled-0");
        return others;
    }
}
