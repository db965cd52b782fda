package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.api.v1alpha1.Isolation;

/**
 * What each storage pod of a set is: the program that keeps portions, without any privilege, and,
 * where connections are isolated, the sidecar that makes virtual network machines.
 */
final class StoragePodTemplate {

    static final long USER = 65_532;

    /** How long a pod may take to finish appends that it has begun. */
    private static final long GRACE_SECONDS = 30;

    /** Tokens end after an hour; the kubelet renews them. */
    private static final long TOKEN_SECONDS = 3_600;

    private static final int READABLE_BY_GROUP = 0440;

    private final PodSet set;
    private final PodProfile profile;

    StoragePodTemplate(PodSet set, PodProfile profile) {
        this.set = set;
        this.profile = profile;
    }

    PodTemplateSpec build() {
        StoragePodContainers containers = new StoragePodContainers(set, profile);
        PodSpecBuilder pod =
                new PodSpecBuilder()
                        .withServiceAccountName(set.name())
                        .withAutomountServiceAccountToken(false)
                        .withEnableServiceLinks(false)
                        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                        .withPriorityClassName(profile.priorityClassName())
                        .withImagePullSecrets(
                                profile.pullSecrets().stream()
                                        .map(LocalObjectReference::new)
                                        .toList())
                        .withTopologySpreadConstraints(Spread.of(set))
                        .withNodeSelector(set.placement().nodeSelector())
                        .withTolerations(Tolerations.of(set.placement()))
                        .withNewSecurityContext()
                        .withFsGroup(USER)
                        .withFsGroupChangePolicy("OnRootMismatch")
                        .withNewSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .endSecurityContext()
                        .withVolumes(volumes())
                        .withContainers(containers.storagePod());
        if (isIsolated()) {
            // One that is started before the others and ended after them.
            pod.withInitContainers(containers.vnet());
        }
        PodTemplateSpecBuilder template =
                new PodTemplateSpecBuilder()
                        .withNewMetadata()
                        .withLabels(set.labels())
                        .endMetadata()
                        .withSpec(pod.build());
        if (!set.paths().isEmpty()) {
            template.editMetadata()
                    .addToAnnotations("k8s.v1.cni.cncf.io/networks", String.join(",", set.paths()))
                    .endMetadata();
        }
        return template.build();
    }

    private boolean isIsolated() {
        return set.isolation() == Isolation.ISOLATED;
    }

    private List<Volume> volumes() {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(identity("pod-identity", StoragePodContainers.POD_AUDIENCE));
        if (isIsolated()) {
            volumes.add(identity("vnet-identity", StoragePodContainers.VNET_AUDIENCE));
            volumes.add(
                    new VolumeBuilder()
                            .withName("run")
                            .withNewEmptyDir()
                            .withMedium("Memory")
                            .withSizeLimit(new Quantity("1", "Mi"))
                            .endEmptyDir()
                            .build());
        }
        return volumes;
    }

    /** A token that shows which pod asks, and the authorities that are trusted. */
    private Volume identity(String name, String audience) {
        return new VolumeBuilder()
                .withName(name)
                .withNewProjected()
                .withDefaultMode(READABLE_BY_GROUP)
                .addNewSource()
                .withNewServiceAccountToken()
                .withAudience(audience)
                .withExpirationSeconds(TOKEN_SECONDS)
                .withPath(StoragePodContainers.TOKEN)
                .endServiceAccountToken()
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName(profile.authorityConfigMap())
                .addNewItem()
                .withKey(PodProfile.AUTHORITY_ENTRY)
                .withPath(PodProfile.AUTHORITY_ENTRY)
                .endItem()
                .endConfigMap()
                .endSource()
                .endProjected()
                .build();
    }
}
