package storage.dispersive.e2e;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;

/**
 * A pod that uses a volume: {@code dispersive try}, and a sidecar for its connections. It is not
 * where storage pods are, as a node that uses a volume is not either.
 */
final class ClientPod {

    private static final String NAMESPACE = Cluster.OTHER;
    private static final String NAME = "client";
    private static final String VOLUME_IDENTITY = "client-volume";
    private static final String VNET_IDENTITY = "client-vnet";

    /** As storage pods run theirs: the same rights, and no others. A mode of 288 is 0440. */
    private static final String POD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: client}
            spec:
              restartPolicy: Never
              automountServiceAccountToken: false
              nodeSelector: {kubernetes.io/hostname: NODE}
              securityContext: {fsGroup: 65532, seccompProfile: {type: RuntimeDefault}}
              initContainers:
              - name: vnet
                restartPolicy: Always
                image: VNET_IMAGE
                env:
                - name: POD_IP
                  valueFrom: {fieldRef: {fieldPath: status.podIP}}
                args:
                - name=client.e2e-other
                - socket=/run/dispersive/vnet.sock
                - user=65532
                - ports=20000-23999
                - path=default:$(POD_IP)
                - authority=/etc/identity/ca.crt
                - certificate=/etc/identity/tls.crt
                - key=/etc/identity/tls.key
                securityContext:
                  runAsUser: 0
                  readOnlyRootFilesystem: true
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL], add: [NET_ADMIN, SYS_ADMIN]}
                volumeMounts:
                - {name: vnet-identity, mountPath: /etc/identity, readOnly: true}
                - {name: run, mountPath: /run/dispersive}
              containers:
              - name: cli
                image: CLI_IMAGE
                args: [try, /etc/description/volume.json, --seconds, "SECONDS"]
                securityContext:
                  runAsUser: 65532
                  runAsGroup: 65532
                  runAsNonRoot: true
                  readOnlyRootFilesystem: true
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
                volumeMounts:
                - {name: description, mountPath: /etc/description, readOnly: true}
                - {name: volume-identity, mountPath: /etc/identity, readOnly: true}
                - {name: run, mountPath: /run/dispersive, readOnly: true}
              volumes:
              - {name: run, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
              - {name: description, configMap: {name: client}}
              - {name: volume-identity, secret: {secretName: client-volume, defaultMode: 288}}
              - {name: vnet-identity, secret: {secretName: client-vnet, defaultMode: 288}}
            """;

    private ClientPod() {}

    /** Lets it use a volume for a while, on a node, with a generation of the attachment. */
    static void start(DispersiveVolume volume, long generation, String node, int seconds) {
        Identities identities = Identities.ofCluster();
        String id = Objects.requireNonNull(volume.getStatus().volumeId());
        var objects =
                List.of(
                        identities.ofVolume(VOLUME_IDENTITY, id),
                        identities.ofSidecar(VNET_IDENTITY, NAME + "." + NAMESPACE),
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName(NAME)
                                .endMetadata()
                                .addToData("volume.json", description(volume, generation))
                                .build());
        objects.forEach(it -> Cluster.CLIENT.resource(it).inNamespace(NAMESPACE).create());
        Cluster.create(
                NAMESPACE,
                POD.replace("NODE", node)
                        .replace("VNET_IMAGE", image("vnet"))
                        .replace("CLI_IMAGE", image("cli"))
                        .replace("SECONDS", Integer.toString(seconds)));
    }

    /** Beside the operator's own in the registry, with the same tag. */
    private static String image(String name) {
        return Cluster.CLIENT
                .apps()
                .deployments()
                .inNamespace(Cluster.SYSTEM)
                .withName("dispersive-operator")
                .require()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage()
                .replace("/operator:", "/" + name + ":");
    }

    /** What {@code docs/try.md} asks for, from what the status says. */
    private static String description(DispersiveVolume volume, long generation) {
        var status = volume.getStatus();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("volumeId", Objects.requireNonNull(status.volumeId()));
        all.put("name", volume.getMetadata().getName());
        all.put(
                "sizeBytes",
                Objects.requireNonNull(status.capacity()).getNumericalAmount().longValueExact());
        all.put("data", volume.getSpec().dispersal().data());
        all.put("redundancy", volume.getSpec().dispersal().redundancy());
        all.put("key", "Dispersed");
        all.put("isolation", "Isolated");
        all.put("generation", generation);
        all.put("run", 1);
        all.put("identity", "/etc/identity");
        all.put("sidecar", "/run/dispersive/vnet.sock");
        all.put(
                "portions",
                Reported.portions(volume).stream().map(it -> described(volume, it)).toList());
        return Serialization.asJson(all);
    }

    private static Map<String, Object> described(DispersiveVolume volume, Portion portion) {
        String namespace = volume.getMetadata().getNamespace();
        String set = "dv-" + volume.getMetadata().getName();
        return Map.of(
                "index",
                portion.index(),
                "pod",
                portion.pod() + "." + namespace,
                "host",
                portion.pod() + "." + set + "." + namespace + ".svc.cluster.local",
                "administrationPort",
                7400,
                "controlPort",
                7410,
                "incarnation",
                Objects.requireNonNull(portion.incarnation()),
                "admittedFromSeq",
                Objects.requireNonNull(portion.admittedFromSeq()));
    }

    /** What the command has said; nothing before its container runs. */
    static String log() {
        try {
            return Cluster.CLIENT
                    .pods()
                    .inNamespace(NAMESPACE)
                    .withName(NAME)
                    .inContainer("cli")
                    .getLog();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
                return "";
            }
            throw e;
        }
    }

    /** How the command ended, once it has. */
    static Optional<ContainerStateTerminated> end() {
        return Cluster.pod(NAMESPACE, NAME).getStatus().getContainerStatuses().stream()
                .map(it -> it.getState().getTerminated())
                .filter(Objects::nonNull)
                .findFirst();
    }

    static void delete() {
        Cluster.kubectl("-n", NAMESPACE, "delete", "pod", NAME, "--ignore-not-found");
        Cluster.kubectl("-n", NAMESPACE, "delete", "configmap", NAME, "--ignore-not-found");
        Cluster.kubectl(
                "-n",
                NAMESPACE,
                "delete",
                "secret",
                VOLUME_IDENTITY,
                VNET_IDENTITY,
                "--ignore-not-found");
    }
}
