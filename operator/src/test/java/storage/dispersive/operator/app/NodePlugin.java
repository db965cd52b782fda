package storage.dispersive.operator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.pem.Pem;

/** What serves volumes on nodes, where nothing runs; it asks as if it did. */
final class NodePlugin {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ID = "0bf2a1de-33a5-4d8e-8e35-a0b7a9d0f9d1";

    /** Where the operator may not make storage pods, so it does not touch this volume. */
    private static final String ELSEWHERE = "default";

    private final KubernetesClient admin;

    private NodePlugin(KubernetesClient admin) {
        this.admin = admin;
    }

    static NodePlugin in(KubernetesClient admin) {
        admin.resource(
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withNamespace(Installation.SYSTEM)
                                .withName("dispersive-node")
                                .endMetadata()
                                .build())
                .create();
        admin.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: apps/v1
                                kind: DaemonSet
                                metadata: {name: dispersive-node, namespace: dispersive-system}
                                spec:
                                  selector:
                                    matchLabels: {app.kubernetes.io/name: dispersive-node}
                                  template:
                                    metadata:
                                      labels: {app.kubernetes.io/name: dispersive-node}
                                    spec:
                                      serviceAccountName: dispersive-node
                                      automountServiceAccountToken: false
                                      containers: [{name: engine, image: localhost/engine:1}]
                                """,
                                DaemonSet.class))
                .create();
        return new NodePlugin(admin);
    }

    /** A pod as the DaemonSet makes it is its node's volume; one that was changed is not. */
    void certify(AskingPod asking) throws Exception {
        await().atMost(PATIENCE).until(() -> !placed().isEmpty());
        Pod pod = placed().getFirst();
        attach(pod.getSpec().getNodeName());
        String name = pod.getMetadata().getName();
        String made = asking.askForVolume(name, ELSEWHERE + "/attached");
        assertThat(Pem.readCertificate(made).getSubjectAlternativeNames())
                .singleElement()
                .asString()
                .contains("dispersive://volume/" + ID);
        admin.pods()
                .inNamespace(Installation.SYSTEM)
                .withName(name)
                .edit(it ->
                        new PodBuilder(it)
                                .editSpec()
                                .editFirstContainer()
                                .withImage("localhost/another:1")
                                .endContainer()
                                .endSpec()
                                .build());
        assertThatThrownBy(() -> asking.askForVolume(name, ELSEWHERE + "/attached"))
                .hasMessageContaining("is not as its DaemonSet makes it");
    }

    private List<Pod> placed() {
        return admin
                .pods()
                .inNamespace(Installation.SYSTEM)
                .withLabel("app.kubernetes.io/name", "dispersive-node")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .toList();
    }

    private void attach(String node) {
        admin.resource(
                        Serialization.unmarshal(
                                """
                                apiVersion: dispersive.storage/v1alpha1
                                kind: DispersiveVolume
                                metadata: {name: attached, namespace: default}
                                spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1}}
                                """,
                                DispersiveVolume.class))
                .create();
        admin.resources(DispersiveVolume.class)
                .inNamespace(ELSEWHERE)
                .withName("attached")
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        """
                        {"status": {
                          "volumeId": "%s",
                          "attachment": {"generation": 1, "node": "%s"},
                          "portions": [
                            {"index": 0, "pod": "a", "state": "Serving",
                             "incarnation": "0000000000000001"}]}}
                        """
                                .formatted(ID, node));
    }
}
