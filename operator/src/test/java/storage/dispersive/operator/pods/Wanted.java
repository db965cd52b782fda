package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import java.util.Map;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** Resources as an API server hands them out, and what all pods of a cluster have in common. */
final class Wanted {

    static final String NAMESPACE = "default";

    private Wanted() {}

    static PodProfile profile() {
        return new PodProfile(
                new PodProfile.Images(
                        "localhost/storage-pod:1", "localhost/vnet:1", "IfNotPresent"),
                new PodProfile.Resources(requests("192Mi"), requests("128Mi")),
                new PodProfile.Ports(7400, 7410, 7480, 20_000, 23_999),
                URI.create("https://dispersive-operator.dispersive-system.svc:8443"),
                "dispersive-authority",
                null,
                List.of("registry"));
    }

    private static ResourceRequirements requests(String memory) {
        return new ResourceRequirementsBuilder()
                .withRequests(Map.of("memory", new Quantity(memory)))
                .withLimits(Map.of("memory", new Quantity(memory)))
                .build();
    }

    /** With more lines of its spec, in YAML's flow style. */
    static DispersiveVolume volume(String spec) {
        return Serialization.unmarshal(
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersiveVolume
                metadata: {name: photos, namespace: %s, uid: 6f1b0c0a-5f3b-4b36-9c5a-0a8f6f0d8a11}
                spec: {size: 100Gi, dispersal: {data: 4, redundancy: 2}, reclaimPolicy: Retain,
                       encryption: {key: Dispersed}, %s}
                """
                        .formatted(NAMESPACE, spec),
                DispersiveVolume.class);
    }

    static DispersiveVolume volume() {
        return volume("network: {isolation: Isolated}");
    }

    static DispersivePool pool() {
        return Serialization.unmarshal(
                """
                apiVersion: dispersive.storage/v1alpha1
                kind: DispersivePool
                metadata: {name: photos, namespace: %s, uid: 6f1b0c0a-5f3b-4b36-9c5a-0a8f6f0d8a12}
                spec:
                  pods: 9
                  storage: {size: 10G, storageClassName: fast}
                  placement:
                    topologyKey: topology.kubernetes.io/zone
                    whenUnsatisfiable: ScheduleAnyway
                    portionsPerDomain: 1
                    nodeSelector: {disk: nvme}
                    tolerations: [{key: storage, operator: Exists, effect: NoSchedule}]
                  isolation: Shared
                  paths: [net-a, net-b]
                  reclaimPolicy: Delete
                """
                        .formatted(NAMESPACE),
                DispersivePool.class);
    }
}
