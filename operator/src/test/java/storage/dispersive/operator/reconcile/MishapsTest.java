package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;
import static storage.dispersive.operator.reconcile.TriedCluster.PATIENCE;
import static storage.dispersive.operator.reconcile.TriedCluster.condition;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.upkeep.LostNodes;

/** Each mistake and misfortune is told with what to do, and forgotten once it is mended. */
@ExtendWith(OneCluster.class)
class MishapsTest {

    private final TriedCluster cluster;
    private final KubernetesClient client;

    MishapsTest(TriedCluster cluster) {
        this.cluster = cluster;
        this.client = cluster.client();
    }

    private void isTold(String volume, String reason, String whatToDo) {
        DispersiveVolume told = cluster.awaitCondition(volume, "Ready", reason);
        assertThat(condition(told, "Ready").orElseThrow().message()).contains(whatToDo);
    }

    @Test
    void aStorageClassThatIsMadeLater() {
        cluster.volume("classless", 2, 1, "later");
        isTold("classless", "StorageClassMissing", "there is no StorageClass later; make it");
        cluster.storageClass("later", it -> it);
        cluster.nodes().lookAtClaims();
        cluster.awaitReady("classless");
    }

    @Test
    void aDefaultStorageClassThatIsMadeLater() {
        cluster.volume("undecided", "dispersal: {data: 2, redundancy: 1}");
        isTold("undecided", "StorageClassMissing", "no default StorageClass; make one");
        cluster.storageClass(
                "usual",
                it ->
                        it.editMetadata()
                                .addToAnnotations(TriedCluster.IS_DEFAULT, "true")
                                .endMetadata());
        cluster.nodes().lookAtClaims();
        cluster.awaitReady("undecided");
        client.storage().v1().storageClasses().withName("usual").delete();
    }

    @Test
    void aQuotaThatIsRaised() {
        var quota =
                new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("few")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("pods", new Quantity("2")))
                        .endSpec()
                        .build();
        client.resource(quota).create();
        await().until(() -> client.resource(quota).get().getStatus().getHard() != null);
        cluster.volume("many", 4, 2, "standard");
        isTold("many", "PodsRefused", "exceeded quota: few");
        client.resource(quota).delete();
        cluster.awaitReady("many");
    }

    @Test
    void aNamespaceThatDoesNotAdmitItsPods() {
        podSecurity("baseline");
        cluster.volume("insecure", 2, 1, "standard");
        isTold("insecure", "PodsRefused", "PodSecurity");
        podSecurity("privileged");
        cluster.awaitReady("insecure");
    }

    private void podSecurity(String level) {
        client.namespaces()
                .withName(NAMESPACE)
                .edit(it ->
                        new NamespaceBuilder(it)
                                .editMetadata()
                                .addToLabels("pod-security.kubernetes.io/enforce", level)
                                .endMetadata()
                                .build());
    }

    @Test
    void tooFewNodes() {
        cluster.volume("crowd", 7, 2, "standard");
        isTold("crowd", "Unschedulable", "has no node");
        cluster.nodes().add("node-8");
        cluster.awaitReady("crowd");
        cluster.clean();
        client.nodes().withName("node-8").delete();
    }

    @Test
    void anImageThatCannotBePulledUntilAnotherIsSet() {
        cluster.nodes().loseImage("localhost/storage-pod:1");
        try {
            cluster.volume("imageless", 2, 1, "standard");
            isTold("imageless", "ImageNotPulled", "correct the image");
            cluster.restartOperator("2");
            cluster.awaitReady("imageless");
        } finally {
            cluster.nodes().findImage("localhost/storage-pod:1");
            cluster.restartOperator("1");
        }
    }

    @Test
    void aDiskThatIsLost() {
        cluster.volume("wiped", 4, 2, "standard");
        cluster.awaitCondition("wiped", "Degraded", "AllServe");
        assertThat(mayBeTaken("wiped")).isEqualTo(2);
        cluster.stores().wipe("dv-wiped-3");
        client.persistentVolumeClaims()
                .inNamespace(NAMESPACE)
                .withName("store-dv-wiped-3")
                .delete();
        client.pods().inNamespace(NAMESPACE).withName("dv-wiped-3").delete();
        DispersiveVolume told = cluster.awaitCondition("wiped", "Degraded", "PortionsLost");
        assertThat(Objects.requireNonNull(told.getStatus().portions()).get(3).state())
                .isEqualTo(Portion.State.WIPED);
        assertThat(told.getStatus().mayBeMissing()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(mayBeTaken("wiped")).isEqualTo(1));
        cluster.awaitReady("wiped");
    }

    private int mayBeTaken(String volume) {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(NAMESPACE)
                .withName("dv-" + volume)
                .require()
                .getSpec()
                .getMaxUnavailable()
                .getIntVal();
    }

    /** Where storage pods may not run, no operator is needed to delete what was made there. */
    @Test
    void aNamespaceThatIsNotAllowed() {
        cluster.namespace("elsewhere");
        DispersiveVolume stray = cluster.volume("stray", 2, 1, "standard");
        stray.getMetadata().setNamespace("elsewhere");
        stray.getMetadata().setResourceVersion(null);
        stray.getMetadata().setUid(null);
        client.resource(stray).create();
        var resource = client.resources(DispersiveVolume.class).inNamespace("elsewhere");
        await().untilAsserted(() ->
                assertThat(condition(resource.withName("stray").require(), "Ready"))
                        .hasValueSatisfying(it -> {
                            assertThat(it.reason()).isEqualTo("NamespaceNotAllowed");
                            assertThat(it.message()).contains("allowedNamespaces");
                        }));
        assertThat(resource.withName("stray").require().getFinalizers()).isEmpty();
        resource.withName("stray").delete();
        await().untilAsserted(() -> assertThat(resource.list().getItems()).isEmpty());
    }

    @Test
    void aPoolThatIsMadeLaterOrIsolatesOtherwise() {
        cluster.pooled("early", 2, 1, "late");
        cluster.volume(
                "open",
                "dispersal: {data: 2, redundancy: 1}, poolRef: {name: late},"
                        + " network: {isolation: Shared}");
        isTold("early", "PoolMissing", "there is no DispersivePool late");
        cluster.pool("late", "pods: 3");
        cluster.awaitReady("early");
        isTold("open", "IsolationDiffers", "make the volume anew");
    }

    @Test
    void aStorageRoomThatDoesNotAnswer() {
        cluster.stores().silence("dv-silent-1");
        cluster.volume("silent", 2, 1, "standard");
        isTold("silent", "FoundingFailed", "dv-silent-1 does not answer");
        cluster.stores().hear("dv-silent-1");
        cluster.awaitReady("silent");
    }

    @Test
    void anApiServerThatIsAwayForAWhile() {
        cluster.volume("before", 2, 1, "standard");
        cluster.server().suspend();
        try {
            int[] polls = {0};
            await().pollInterval(Duration.ofSeconds(1)).until(() -> ++polls[0] == 9);
        } finally {
            cluster.server().resume();
        }
        cluster.volume("after", 2, 1, "standard");
        cluster.awaitReady("before");
        cluster.awaitReady("after");
    }

    @Test
    void somebodyElseWhoWritesAllTheTime() throws InterruptedException {
        Thread storm =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                                annotate(i);
                            }
                        });
        cluster.volume("stormy", 4, 2, "growing");
        cluster.awaitReady("stormy");
        client.resource(cluster.volume("stormy"))
                .edit(it -> {
                    it.setSpec(Specs.withSize(it.getSpec(), new Quantity("3Gi")));
                    return it;
                });
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(cluster.volume("stormy").getStatus().capacity())
                                .isEqualTo(new Quantity("3Gi")));
        storm.interrupt();
        storm.join();
    }

    private void annotate(int number) {
        String patch = "{\"metadata\":{\"annotations\":{\"example.com/n\":\"" + number + "\"}}}";
        try {
            client.resources(DispersiveVolume.class)
                    .inNamespace(NAMESPACE)
                    .withName("stormy")
                    .patch(patch);
            client.apps().statefulSets().inNamespace(NAMESPACE).withName("dv-stormy").patch(patch);
        } catch (io.fabric8.kubernetes.client.KubernetesClientException e) {
            // Not there yet, or interrupted.
        }
    }

    @Test
    void aNodeThatIsGoneForGood() {
        cluster.nodes().add("doomed");
        cluster.volume("homeless", 7, 2, "pinned");
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
        cluster.volume("last", 8, 1, "pinned");
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
        cluster.volume("told", 4, 2, "pinned");
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
