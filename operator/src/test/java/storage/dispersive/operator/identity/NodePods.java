package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** The pods of a DaemonSet that is like that of the node plugin. */
final class NodePods {

    static final String NAME = "dispersive-node";

    private final AtomicInteger count = new AtomicInteger();
    private final KubernetesClient client;
    private final String namespace;
    private DaemonSet set;

    NodePods(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        if (client.serviceAccounts().inNamespace(namespace).withName(NAME).get() == null) {
            client.resource(
                            new ServiceAccountBuilder()
                                    .withNewMetadata()
                                    .withName(NAME)
                                    .withNamespace(namespace)
                                    .endMetadata()
                                    .build())
                    .create();
        }
        this.set =
                client.resource(
                                Serialization.unmarshal(
                                        definition(name, namespace), DaemonSet.class))
                        .create();
    }

    private static String definition(String name, String namespace) {
        return """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          selector: {matchLabels: {app.kubernetes.io/name: dispersive-node}}
          updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
          template:
            metadata:
              labels: {app.kubernetes.io/name: dispersive-node}
            spec:
              serviceAccountName: dispersive-node
              automountServiceAccountToken: false
              tolerations: [{operator: Exists}]
              initContainers:
              - name: vnet
                image: localhost/vnet:1
                restartPolicy: Always
                securityContext: {capabilities: {add: [NET_ADMIN, SYS_ADMIN], drop: [ALL]}}
                volumeMounts: [{name: vnet-identity, mountPath: /identity, readOnly: true}]
              containers:
              - name: engine
                image: localhost/engine:1
                securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}
                volumeMounts: [{name: engine-identity, mountPath: /identity, readOnly: true}]
              - name: mounter
                image: localhost/mounter:1
                securityContext: {privileged: true}
                volumeMounts:
                - {name: kubelet, mountPath: /var/lib/kubelet, mountPropagation: Bidirectional}
              volumes:
              - {name: kubelet, hostPath: {path: /var/lib/kubelet, type: Directory}}
              - name: vnet-identity
                projected:
                  sources:
                  - serviceAccountToken:
                      {audience: vnet.dispersive.storage, path: token}
                  - configMap: {name: dispersive-authority}
              - name: engine-identity
                projected:
                  sources:
                  - serviceAccountToken:
                      {audience: engine.dispersive.storage, path: token}
                  - configMap: {name: dispersive-authority}
        """
                .formatted(name, namespace);
    }

    DaemonSet set() {
        return set;
    }

    void edit(UnaryOperator<DaemonSet> change) {
        set =
                client.apps()
                        .daemonSets()
                        .inNamespace(namespace)
                        .withName(set.getMetadata().getName())
                        .edit(change);
    }

    /** What the DaemonSet's controller would make. */
    Pod wanted(String node) {
        return new PodBuilder()
                .withMetadata(set.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withNamespace(namespace)
                .withName(set.getMetadata().getName() + "-" + node + "-" + count.incrementAndGet())
                .withOwnerReferences(
                        new OwnerReferenceBuilder()
                                .withApiVersion("apps/v1")
                                .withKind("DaemonSet")
                                .withName(set.getMetadata().getName())
                                .withUid(set.getMetadata().getUid())
                                .withController(true)
                                .withBlockOwnerDeletion(true)
                                .build())
                .endMetadata()
                .withSpec(set.getSpec().getTemplate().getSpec())
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .build();
    }

    Pod create(String node) {
        return create(wanted(node));
    }

    Pod create(Pod pod) {
        return client.resource(pod).create();
    }

    /** The token that the kubelet mounts into the container of this kind. */
    String token(Pod pod, Caller.Kind kind) {
        String volume = kind.name().toLowerCase(Locale.ROOT) + "-identity";
        String audience =
                pod.getSpec().getVolumes().stream()
                        .filter(each -> each.getName().equals(volume))
                        .map(each -> each.getProjected().getSources().getFirst())
                        .map(source -> source.getServiceAccountToken().getAudience())
                        .findFirst()
                        .orElseThrow();
        return BoundToken.of(client, pod, audience);
    }
}
