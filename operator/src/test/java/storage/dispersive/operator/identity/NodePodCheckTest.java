package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import storage.dispersive.operator.identity.Caller.Kind;
import storage.dispersive.transport.PeerIdentity;

/** Who gets the identity of a node's sidecar. */
class NodePodCheckTest extends WithIdentityServer {

    private static final String NODE = "node-1";

    private final NodePods nodes = new NodePods(client(), operator, NodePods.NAME);

    NodePodCheckTest() throws IOException, InterruptedException {}

    private void assertRefused(NodePods of, Pod pod, String why) {
        Pod made = of.create(pod);
        String token = of.token(made, Kind.VNET);
        assertThatThrownBy(() -> ask(token))
                .as(why)
                .hasMessageContaining("403")
                .hasMessageContaining(why);
        client().resource(made).withGracePeriod(0).delete();
    }

    @Test
    void theSidecarOfANodeGetsWhatItIs() throws Exception {
        Pod pod = nodes.create(NODE);
        PeerIdentity identity = identity(nodes.token(pod, Kind.VNET));
        assertThat(identity.uri())
                .isEqualTo("dispersive://vnet/" + pod.getMetadata().getName() + "." + operator);
        Pod surge = nodes.create(NODE);
        assertThat(identity(nodes.token(surge, Kind.VNET)))
                .as("while one replaces the other")
                .isNotEqualTo(identity);
    }

    @Test
    void theNodePluginIsNoStoragePod() {
        Pod pod = nodes.create(NODE);
        assertThatThrownBy(() -> ask(BoundToken.of(client(), pod, Kind.POD.audience())))
                .hasMessageContaining("403")
                .hasMessageContaining("that no set is named by");
    }

    @Test
    void anEnginesTokenGetsVolumesOnly() {
        Pod pod = nodes.create(NODE);
        assertThatThrownBy(() -> ask(nodes.token(pod, Kind.ENGINE)))
                .hasMessageContaining("403")
                .hasMessageContaining("only volumes can be asked for");
        assertThatThrownBy(() ->
                        ask(
                                BoundToken.of(
                                        client(),
                                        pod,
                                        Kind.VNET.audience(),
                                        Kind.ENGINE.audience())))
                .hasMessageContaining("403")
                .hasMessageContaining("may be for one only");
    }

    @Test
    void aDaemonSetElsewhereOrOfAnotherNameIsNotTheNodePlugin() {
        NodePods elsewhere = new NodePods(client(), newNamespace(), NodePods.NAME);
        assertRefused(elsewhere, elsewhere.wanted(NODE), "not in the operator's namespace");
        NodePods beside = new NodePods(client(), pods, NodePods.NAME);
        assertRefused(beside, beside.wanted(NODE), "not in the operator's namespace");
        NodePods other = new NodePods(client(), operator, "another");
        assertRefused(other, other.wanted(NODE), "not controlled by the DaemonSet dispersive-node");
    }

    @Test
    void withoutTheDaemonSetNobodyIsItsPod() {
        Pod pod = nodes.create(NODE);
        client().resource(nodes.set()).delete();
        assertThatThrownBy(() -> ask(nodes.token(pod, Kind.VNET)))
                .hasMessageContaining("there is no DaemonSet");
    }

    private static Map<UnaryOperator<PodBuilder>, String> foreign() {
        Map<UnaryOperator<PodBuilder>, String> all = new LinkedHashMap<>();
        all.put(
                pod ->
                        pod.editMetadata()
                                .editOwnerReference(0)
                                .withUid("6f1b0c0a-5f3b-4b36-9c5a-0a8f6f0d8a11")
                                .endOwnerReference()
                                .endMetadata(),
                "not controlled by the DaemonSet");
        all.put(
                pod ->
                        pod.editMetadata()
                                .editOwnerReference(0)
                                .withApiVersion("dispersive.storage/v1alpha1")
                                .endOwnerReference()
                                .endMetadata(),
                "not controlled by the DaemonSet");
        all.put(
                pod ->
                        pod.editMetadata()
                                .editOwnerReference(0)
                                .withController(false)
                                .endOwnerReference()
                                .endMetadata(),
                "that no set is named by");
        all.put(
                pod -> pod.editMetadata().withOwnerReferences().endMetadata(),
                "that no set is named by");
        all.put(
                pod -> pod.editMetadata().withLabels(Map.of()).endMetadata(),
                "has not the label app.kubernetes.io/name=dispersive-node");
        all.put(
                pod -> pod.editSpec().withServiceAccountName("another").endSpec(),
                "another service account");
        return all;
    }

    private static Map<UnaryOperator<PodBuilder>, String> counterfeits() {
        Map<UnaryOperator<PodBuilder>, String> all = new LinkedHashMap<>();
        all.put(
                pod -> pod.editSpec().editContainer(0).withImage("mine").endContainer().endSpec(),
                "the container engine differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .editInitContainer(0)
                                .withCommand("sh")
                                .endInitContainer()
                                .endSpec(),
                "the init container vnet differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .editContainer(0)
                                .editSecurityContext()
                                .withPrivileged(true)
                                .endSecurityContext()
                                .endContainer()
                                .endSpec(),
                "the container engine differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .addNewContainer()
                                .withName("more")
                                .withImage("mine")
                                .endContainer()
                                .endSpec(),
                "its containers are [engine, mounter, more]");
        all.put(
                pod -> pod.editSpec().withHostPID(true).endSpec(),
                "shares other namespaces with the node");
        all.put(
                pod -> pod.editSpec().withShareProcessNamespace(true).endSpec(),
                "shares other namespaces");
        all.put(
                pod ->
                        pod.editSpec()
                                .editVolume(0)
                                .editHostPath()
                                .withPath("/")
                                .endHostPath()
                                .endVolume()
                                .endSpec(),
                "the volume kubelet differs");
        all.put(
                pod ->
                        pod.editSpec()
                                .addToVolumes(
                                        new VolumeBuilder()
                                                .withName("store")
                                                .withNewEmptyDir()
                                                .endEmptyDir()
                                                .build())
                                .endSpec(),
                "the volume store differs");
        return all;
    }

    /** Each is right but for one thing. */
    @Test
    void whoIsNoPodOfTheDaemonSetOrNotAsItMakesItIsRefused() {
        client().resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withNamespace(operator)
                                .withName("another")
                                .endMetadata()
                                .build())
                .create();
        foreign().forEach(this::assertRefused);
        counterfeits().forEach(this::assertRefused);
    }

    private void assertRefused(UnaryOperator<PodBuilder> change, String why) {
        assertRefused(nodes, change.apply(new PodBuilder(nodes.wanted(NODE))).build(), why);
    }

    /** The DaemonSet's controller binds pods to their nodes, and lets them stay there. */
    @Test
    void whatTheControllerAddsDoesNoHarm() throws Exception {
        Pod pod =
                nodes.create(
                        new PodBuilder(nodes.wanted(NODE))
                                .editMetadata()
                                .addToLabels("controller-revision-hash", "5b7d")
                                .addToLabels("pod-template-generation", "1")
                                .endMetadata()
                                .editSpec()
                                .withNewAffinity()
                                .withNewNodeAffinity()
                                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                                .addNewNodeSelectorTerm()
                                .addNewMatchField()
                                .withKey("metadata.name")
                                .withOperator("In")
                                .withValues(NODE)
                                .endMatchField()
                                .endNodeSelectorTerm()
                                .endRequiredDuringSchedulingIgnoredDuringExecution()
                                .endNodeAffinity()
                                .endAffinity()
                                .addNewToleration()
                                .withKey("node.kubernetes.io/unreachable")
                                .withOperator("Exists")
                                .withEffect("NoExecute")
                                .endToleration()
                                .endSpec()
                                .build());
        assertThat(identity(nodes.token(pod, Kind.VNET))).isInstanceOf(PeerIdentity.Vnet.class);
    }

    @Test
    void whereAWebhookChangesPodsTheyAreNotCompared() throws Exception {
        Pod mirrored =
                nodes.create(
                        new PodBuilder(nodes.wanted(NODE))
                                .editSpec()
                                .editContainer(0)
                                .withImage("mirror.example/engine:1")
                                .endContainer()
                                .endSpec()
                                .build());
        String token = nodes.token(mirrored, Kind.VNET);
        assertThatThrownBy(() -> ask(token)).hasMessageContaining("differs");
        try (IdentityServer lenient = start(false)) {
            assertThat(ask(endpoint(lenient), token, newKey("secp256r1"))).contains("BEGIN");
        }
    }

    /** Nodes are updated one by one, and the others renew their certificates meanwhile. */
    @Test
    void aPodOfAnEarlierRevisionIsStillOne() throws Exception {
        Pod old =
                nodes.create(
                        new PodBuilder(nodes.wanted(NODE))
                                .editMetadata()
                                .addToLabels("controller-revision-hash", "5b7d")
                                .endMetadata()
                                .build());
        var template = nodes.set().getSpec().getTemplate();
        String token = nodes.token(old, Kind.VNET);
        nodes.edit(present ->
                new DaemonSetBuilder(present)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editContainer(0)
                        .withImage("localhost/engine:2")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
        assertThatThrownBy(() -> ask(token)).hasMessageContaining("the container engine differs");
        client().resource(
                        new ControllerRevisionBuilder()
                                .withNewMetadata()
                                .withNamespace(operator)
                                .withName("dispersive-node-5b7d")
                                .withOwnerReferences(old.getMetadata().getOwnerReferences())
                                .endMetadata()
                                .withRevision(1L)
                                .withData(
                                        Map.of(
                                                "spec",
                                                Map.of(
                                                        "template",
                                                        Map.of(
                                                                "$patch",
                                                                "replace",
                                                                "metadata",
                                                                template.getMetadata(),
                                                                "spec",
                                                                template.getSpec()))))
                                .build())
                .create();
        assertThat(identity(token)).isInstanceOf(PeerIdentity.Vnet.class);
    }

    @Test
    void storagePodsInTheOperatorsNamespaceStayWhatTheyAre() throws Exception {
        SetInCluster own = SetInCluster.ofVolume(client(), operator, "own");
        Pod pod = own.create(0);
        assertThat(identity(own.token(pod, Kind.VNET)))
                .isEqualTo(new PeerIdentity.Vnet("dv-own-0." + operator));
    }
}
