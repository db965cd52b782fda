package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.clustertests.OperatedCluster.condition;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;
import static storage.dispersive.operator.reconcile.TriedCluster.PATIENCE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.clustertests.MishapsBehaviour;
import storage.dispersive.operator.upkeep.LostNodes;

/** In process; and here what takes nodes away for good, or makes storage pods fall silent. */
@ExtendWith(OneCluster.class)
class MishapsTest extends MishapsBehaviour {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    MishapsTest(TriedCluster cluster) {
        super(cluster);
        this.cluster = cluster;
        this.client = cluster.client();
    }

    @Test
    void aStorageRoomThatDoesNotAnswer() {
        cluster.stores().silence("dv-silent-1");
        cluster.volume("silent", 2, 1, STANDARD);
        cluster.awaitTold("silent", "FoundingFailed", "dv-silent-1 does not answer");
        cluster.stores().hear("dv-silent-1");
        cluster.awaitReady("silent");
    }

    @Test
    void aNodeThatIsGoneForGood() {
        cluster.nodes().add("doomed");
        cluster.volume("homeless", 7, 2, STANDARD);
        cluster.awaitCondition("homeless", "Degraded", "AllServe");
        Pod lost = podOn("doomed");
        String claim = "store-" + lost.getMetadata().getName();
        String before = uidOfClaim(claim);
        cluster.stores().wipe(lost.getMetadata().getName());
        client.nodes().withName("doomed").delete();
        client.resource(lost).withGracePeriod(0).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(uidOfClaim(claim)).isNotEqualTo(before));
        cluster.nodes().add("spare");
        cluster.awaitCondition("homeless", "Degraded", "PortionsLost");
        cluster.clean();
        client.nodes().withName("spare").delete();
    }

    /** Two of three are needed, and one of them does not serve. */
    @Test
    void aNodeThatIsGoneIsWaitedForWhereItsPortionMayBeTheLast() {
        cluster.nodes().add("doomed");
        cluster.volume("last", 8, 1, STANDARD);
        cluster.awaitCondition("last", "Degraded", "AllServe");
        Pod lost = podOn("doomed");
        String name = lost.getMetadata().getName();
        String before = uidOfClaim("store-" + name);
        cluster.nodes().kill("node-0");
        cluster.awaitCondition("last", "Degraded", "PodsMissing");
        client.nodes().withName("doomed").delete();
        client.resource(lost).withGracePeriod(0).delete();
        DispersiveVolume told = cluster.awaitCondition("last", "Degraded", "NodeGone");
        assertThat(condition(told, "Degraded").orElseThrow().message())
                .contains("only 7 other portions can be read, and 8 are needed");
        assertThat(uidOfClaim("store-" + name)).isEqualTo(before);
        cluster.nodes().revive("node-0");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(uidOfClaim("store-" + name)).isNotEqualTo(before));
    }

    @Test
    void aPodThatIsGivenUpByCommand() {
        cluster.volume("told", 4, 2, STANDARD);
        DispersiveVolume ready = cluster.awaitCondition("told", "Degraded", "AllServe");
        String node = Objects.requireNonNull(ready.getStatus().portions()).get(2).node();
        giveUp("dv-told-2");
        DispersiveVolume refused = cluster.awaitCondition("told", "Progressing", "NodeGone");
        assertThat(condition(refused, "Progressing").orElseThrow().message())
                .contains("it serves; remove the annotation");
        String before = uidOfClaim("store-dv-told-2");
        cluster.stores().wipe("dv-told-2");
        cluster.nodes().kill(Objects.requireNonNull(node));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(uidOfClaim("store-dv-told-2")).isNotEqualTo(before));
        cluster.nodes().revive(node);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(cluster.volume("told").getMetadata().getAnnotations())
                                .doesNotContainKey(LostNodes.GIVE_UP));
        cluster.awaitCondition("told", "Degraded", "PortionsLost");
    }

    private void giveUp(String pod) {
        client.resources(DispersiveVolume.class)
                .inNamespace(NAMESPACE)
                .withName("told")
                .edit(it -> {
                    it.getMetadata().setAnnotations(Map.of(LostNodes.GIVE_UP, pod));
                    return it;
                });
    }

    private Pod podOn(String node) {
        return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(it -> node.equals(it.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow();
    }

    private String uidOfClaim(String name) {
        var claim = client.persistentVolumeClaims().inNamespace(NAMESPACE).withName(name).get();
        return claim == null ? "none" : claim.getMetadata().getUid();
    }
}
