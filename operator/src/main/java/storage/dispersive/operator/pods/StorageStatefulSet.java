package storage.dispersive.operator.pods;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.ReclaimPolicy;

/** Keeps the storage pods of a set, each with a claim of its own. */
public final class StorageStatefulSet {

    /** The volume with the portions, and the beginning of each claim's name. */
    public static final String STORE = "store";

    private StorageStatefulSet() {}

    /**
     * The StatefulSet of a set, as it is to be. All pods start at once. Nobody but the operator
     * replaces one that is out of date: the StatefulSet's own controller would not look at whether
     * the others serve.
     *
     * @param present the one that is there: Kubernetes lets nobody change its claim template, and
     *     claims are grown one by one
     */
    public static StatefulSet of(PodSet set, PodProfile profile, Optional<StatefulSet> present) {
        return new StatefulSetBuilder()
                .withMetadata(set.metadata())
                .withNewSpec()
                .withServiceName(set.name())
                .withReplicas(set.size())
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(set.selector())
                .endSelector()
                .withTemplate(new StoragePodTemplate(set, profile).build())
                .withVolumeClaimTemplates(
                        present.map(there -> there.getSpec().getVolumeClaimTemplates())
                                .orElseGet(() -> List.of(claim(set))))
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted(set.reclaimPolicy() == ReclaimPolicy.DELETE ? "Delete" : "Retain")
                .withWhenScaled("Retain")
                .endPersistentVolumeClaimRetentionPolicy()
                .endSpec()
                .build();
    }

    private static PersistentVolumeClaim claim(PodSet set) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(STORE)
                .withLabels(set.labels())
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(set.claim().storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", set.claim().size().quantity()))
                .endResources()
                .endSpec()
                .build();
    }
}
