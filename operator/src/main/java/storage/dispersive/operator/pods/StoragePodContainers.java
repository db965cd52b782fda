package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.api.v1alpha1.Isolation;

/** The two containers of a storage pod. */
final class StoragePodContainers {

    /** What the token of the program that keeps portions is for. */
    static final String POD_AUDIENCE = "pod.dispersive.storage";

    /** What the token of the sidecar is for. */
    static final String VNET_AUDIENCE = "vnet.dispersive.storage";

    static final String TOKEN = "token";

    private static final String IDENTITY = "/etc/dispersive/identity";
    private static final String CLAIM = "/var/lib/dispersive";
    private static final String RUN = "/run/dispersive";
    private static final String VNET_SOCKET = RUN + "/vnet.sock";

    /** The path by which the pod's ordinary network is known. */
    private static final String ORDINARY_PATH = "default";

    /** Reading a large store takes a while; a pod that recovers must not be killed for it. */
    private static final int START_PROBES = 180;

    private static final int PROBE_SECONDS = 5;

    private final PodSet set;
    private final PodProfile profile;

    StoragePodContainers(PodSet set, PodProfile profile) {
        this.set = set;
        this.profile = profile;
    }

    Container storagePod() {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(mount("pod-identity", IDENTITY).withReadOnly(true).build());
        mounts.add(mount(StorageStatefulSet.STORE, CLAIM + "/pod").withSubPath("pod").build());
        if (set.isolation() == Isolation.ISOLATED) {
            mounts.add(mount("run", RUN).withReadOnly(true).build());
        }
        return new ContainerBuilder()
                .withName("storage-pod")
                .withImage(profile.images().storagePod())
                .withImagePullPolicy(profile.images().pullPolicy())
                .withEnv(storagePodSettings())
                .withResources(profile.resources().storagePod())
                .withSecurityContext(unprivileged())
                .addNewPort()
                .withName("administration")
                .withContainerPort(profile.ports().administration())
                .endPort()
                .addNewPort()
                .withName("http")
                .withContainerPort(profile.ports().http())
                .endPort()
                .withStartupProbe(probe("/q/health/live", START_PROBES))
                .withLivenessProbe(probe("/q/health/live", 6))
                .withReadinessProbe(probe("/q/health/ready", 2))
                .withVolumeMounts(mounts)
                .build();
    }

    private List<EnvVar> storagePodSettings() {
        List<EnvVar> settings = new ArrayList<>(whoAndWhere());
        settings.add(setting("NAME", "$(POD_NAME).$(POD_NAMESPACE)"));
        settings.add(setting("DIRECTORY", CLAIM + "/pod/store"));
        settings.add(setting("ADDRESS", "$(POD_IP)"));
        settings.add(setting("PORT", profile.ports().administration()));
        settings.add(setting("HTTP_ADDRESS", "$(POD_IP)"));
        settings.add(setting("HTTP_PORT", profile.ports().http()));
        settings.add(setting("TLS_AUTHORITY", IDENTITY + "/" + PodProfile.AUTHORITY_ENTRY));
        settings.add(setting("ENROLMENT_ENDPOINT", profile.identityService().toString()));
        settings.add(setting("ENROLMENT_TOKEN_FILE", IDENTITY + "/" + TOKEN));
        settings.add(setting("ENROLMENT_DIRECTORY", CLAIM + "/pod/identity"));
        switch (set.isolation()) {
            case ISOLATED -> {
                settings.add(setting("ISOLATION", "isolated"));
                settings.add(setting("VNET_SOCKET", VNET_SOCKET));
            }
            case SHARED -> settings.add(setting("ISOLATION", "shared"));
        }
        return settings;
    }

    private static EnvVar setting(String name, Object value) {
        return new EnvVarBuilder()
                .withName("DISPERSIVE_POD_" + name)
                .withValue(value.toString())
                .build();
    }

    /** The sidecar: root, since Linux gives capabilities to nobody else, and only these two. */
    Container vnet() {
        PodProfile.Ports ports = profile.ports();
        return new ContainerBuilder()
                .withName("vnet")
                .withRestartPolicy("Always")
                .withImage(profile.images().vnet())
                .withImagePullPolicy(profile.images().pullPolicy())
                .withEnv(whoAndWhere())
                .withArgs(
                        "name=$(POD_NAME).$(POD_NAMESPACE)",
                        "socket=" + VNET_SOCKET,
                        "user=" + StoragePodTemplate.USER,
                        "control=$(POD_IP):" + ports.control(),
                        "ports=" + ports.firstMachine() + "-" + ports.lastMachine(),
                        "path=" + ORDINARY_PATH + ":$(POD_IP)",
                        "authority=" + IDENTITY + "/" + PodProfile.AUTHORITY_ENTRY,
                        "enrol=" + profile.identityService(),
                        "token=" + IDENTITY + "/" + TOKEN,
                        "state=" + CLAIM + "/vnet")
                .withResources(profile.resources().vnet())
                .withSecurityContext(
                        new SecurityContextBuilder()
                                .withRunAsUser(0L)
                                .withRunAsNonRoot(false)
                                .withReadOnlyRootFilesystem(true)
                                .withAllowPrivilegeEscalation(false)
                                .withNewCapabilities()
                                .withDrop("ALL")
                                .withAdd("NET_ADMIN", "SYS_ADMIN")
                                .endCapabilities()
                                .build())
                .addNewPort()
                .withName("control")
                .withContainerPort(ports.control())
                .endPort()
                .withVolumeMounts(
                        mount("vnet-identity", IDENTITY).withReadOnly(true).build(),
                        mount("run", RUN).build(),
                        mount(StorageStatefulSet.STORE, CLAIM + "/vnet")
                                .withSubPath("vnet")
                                .build())
                .build();
    }

    private static SecurityContext unprivileged() {
        return new SecurityContextBuilder()
                .withRunAsUser(StoragePodTemplate.USER)
                .withRunAsGroup(StoragePodTemplate.USER)
                .withRunAsNonRoot(true)
                .withReadOnlyRootFilesystem(true)
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    /** Kubernetes replaces $(NAME) in settings and arguments by what stands before them here. */
    private static List<EnvVar> whoAndWhere() {
        return List.of(
                fromPod("POD_NAME", "metadata.name"),
                fromPod("POD_NAMESPACE", "metadata.namespace"),
                fromPod("POD_IP", "status.podIP"));
    }

    private static EnvVar fromPod(String name, String field) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                // As the API server would add it; without it no pod would be as it is wanted.
                .withApiVersion("v1")
                .withFieldPath(field)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static VolumeMountBuilder mount(String volume, String path) {
        return new VolumeMountBuilder().withName(volume).withMountPath(path);
    }

    private static Probe probe(String path, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort("http")
                .endHttpGet()
                .withPeriodSeconds(PROBE_SECONDS)
                .withTimeoutSeconds(PROBE_SECONDS)
                .withFailureThreshold(failures)
                .build();
    }
}
