package storage.dispersive.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import storage.dispersive.operator.identity.Caller.Kind;
import storage.dispersive.operator.reconcile.HollowNodes;
import storage.dispersive.pem.Pem;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.transport.PeerIdentity;

/** Pods of nodes as Kubernetes itself makes them, by the controller of DaemonSets. */
class ControlledNodePodsTest extends WithIdentityServer {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    ControlledNodePodsTest() throws IOException, InterruptedException {}

    @BeforeAll
    static void startControllers() {
        server().startControllers();
        AttachedVolumes.define(client());
    }

    private List<Pod> podsOfNodes() {
        return client()
                .pods()
                .inNamespace(operator)
                .withLabel("app.kubernetes.io/name", "dispersive-node")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .toList();
    }

    private void assertCertified(NodePods nodes, Pod pod, AttachedVolumes volumes)
            throws IOException, InterruptedException {
        String node = pod.getSpec().getNodeName();
        String volume = "of-" + node;
        VolumeId id = volumes.attached(volume, node);
        assertThat(identity(nodes.token(pod, Kind.VNET)))
                .isEqualTo(new PeerIdentity.Vnet(pod.getMetadata().getName() + "." + operator));
        String made = ask(volumes.name(volume), nodes.token(pod, Kind.ENGINE));
        assertThat(PeerIdentity.claimedBy(Pem.readCertificate(made)))
                .isEqualTo(new PeerIdentity.Volume(id));
        volumes.delete(volume);
    }

    /** Also while the DaemonSet is changed: the new one comes up beside the old one. */
    @Test
    void podsOfEitherRevisionGetCertificates() throws Exception {
        AttachedVolumes volumes = new AttachedVolumes(client(), pods);
        try (HollowNodes _ = HollowNodes.start(client(), 3)) {
            NodePods nodes = new NodePods(client(), operator, NodePods.NAME);
            await().atMost(PATIENCE).until(() -> podsOfNodes().size() == 3);
            List<Pod> old = podsOfNodes();
            for (Pod pod : old) {
                assertThat(pod.getSpec().getTolerations()).hasSizeGreaterThan(1);
                assertThat(pod.getSpec().getAffinity()).isNotNull();
                assertCertified(nodes, pod, volumes);
            }
            nodes.edit(present ->
                    new DaemonSetBuilder(present)
                            .editSpec()
                            .withNewUpdateStrategy()
                            .withType("OnDelete")
                            .endUpdateStrategy()
                            .editTemplate()
                            .editSpec()
                            .editContainer(0)
                            .withImage("localhost/engine:2")
                            .endContainer()
                            .endSpec()
                            .endTemplate()
                            .endSpec()
                            .build());
            client().resource(old.getFirst()).withGracePeriod(0).delete();
            await().atMost(PATIENCE).until(() -> podsOfNodes().stream().anyMatch(this::isNew));
            for (Pod pod : podsOfNodes()) {
                assertCertified(nodes, pod, volumes);
            }
        }
    }

    private boolean isNew(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getImage().equals("localhost/engine:2");
    }
}
