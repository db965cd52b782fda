package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Kubernetes pod is one of a storage pod set. Whoever may make pods chooses their labels,
 * service account and owners, but not a name that is taken: so it has to have the name of a pod
 * that the set wants, of which there is one at a time. Whoever was faster than the StatefulSet's
 * controller has to have made the pod that this would have made.
 */
final class StoragePodCheck {

    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String STORAGE_POD = "dispersive-storage-pod";
    private static final String REVISION_LABEL = "controller-revision-hash";
    private static final String GROUP = "dispersive.storage/";
    private static final Map<String, String> PREFIXES =
            Map.of("DispersiveVolume", "dv-", "DispersivePool", "dpool-");
    private static final int MOST_DIGITS = 9;

    private final ClusterView cluster;
    private final boolean comparesTemplates;
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    StoragePodCheck(ClusterView cluster, boolean comparesTemplates) {
        this.cluster = cluster;
        this.comparesTemplates = comparesTemplates;
    }

    /**
     * Checks the pod that a token is bound to.
     *
     * @throws RefusedException if it is no storage pod; the message says what it lacks
     */
    void check(Caller caller) throws RefusedException {
        Pod pod =
                cluster.pod(caller.namespace(), caller.pod())
                        .filter(found -> caller.uid().equals(found.getMetadata().getUid()))
                        .orElseThrow(() -> refused(caller, "is not known, or another one now"));
        StatefulSet set =
                cluster.statefulSet(caller.namespace(), caller.account())
                        .orElseThrow(() ->
                                refused(caller, "has a service account that no set is named by"));
        if (!isOurs(set)) {
            throw refused(caller, "belongs to a set that is not a volume's or a pool's");
        }
        if (!STORAGE_POD.equals(label(pod, NAME_LABEL))) {
            throw refused(caller, "has not the label " + NAME_LABEL + "=" + STORAGE_POD);
        }
        if (!caller.account().equals(pod.getSpec().getServiceAccountName())) {
            throw refused(caller, "has another service account");
        }
        if (!isControlledBy(pod, set)) {
            throw refused(caller, "is not controlled by " + set.getMetadata().getName());
        }
        if (!isWanted(caller.pod(), set)) {
            throw refused(caller, "has a name that is none of its set's pods");
        }
        if (comparesTemplates) {
            checkTemplate(caller, pod, set);
        }
    }

    private static RefusedException refused(Caller caller, String lack) {
        return RefusedException.forbidden(caller.place() + " " + lack);
    }

    private static @Nullable String label(HasMetadata object, String name) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? null : labels.get(name);
    }

    private static Optional<OwnerReference> controller(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    private static boolean isOurs(StatefulSet set) {
        return controller(set)
                .filter(owner -> owner.getApiVersion().startsWith(GROUP))
                .filter(owner -> PREFIXES.containsKey(owner.getKind()))
                .filter(owner ->
                        set.getMetadata()
                                .getName()
                                .equals(PREFIXES.get(owner.getKind()) + owner.getName()))
                .isPresent();
    }

    private static boolean isControlledBy(HasMetadata object, StatefulSet set) {
        return controller(object)
                .filter(owner -> owner.getApiVersion().equals("apps/v1"))
                .filter(owner -> owner.getKind().equals("StatefulSet"))
                .filter(owner -> owner.getName().equals(set.getMetadata().getName()))
                .filter(owner -> owner.getUid().equals(set.getMetadata().getUid()))
                .isPresent();
    }

    private static boolean isWanted(String pod, StatefulSet set) {
        OptionalInt ordinal = ordinal(pod, set.getMetadata().getName() + "-");
        return ordinal.isPresent() && ordinal.getAsInt() < set.getSpec().getReplicas();
    }

    private static OptionalInt ordinal(String pod, String prefix) {
        if (!pod.startsWith(prefix)) {
            return OptionalInt.empty();
        }
        String digits = pod.substring(prefix.length());
        boolean isNumber = digits.matches("0|[1-9]\\d*") && digits.length() <= MOST_DIGITS;
        return isNumber ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    private void checkTemplate(Caller caller, Pod pod, StatefulSet set) throws RefusedException {
        Optional<String> difference = TemplateCheck.difference(pod, set.getSpec().getTemplate());
        if (difference.isEmpty()) {
            return;
        }
        // One that is to be replaced is as the set was.
        Optional<PodTemplateSpec> earlier =
                Optional.ofNullable(label(pod, REVISION_LABEL))
                        .flatMap(name -> cluster.revision(caller.namespace(), name))
                        .filter(revision -> isControlledBy(revision, set))
                        .flatMap(this::template);
        if (earlier.isEmpty() || TemplateCheck.difference(pod, earlier.get()).isPresent()) {
            throw refused(caller, "is not as its set makes it: " + difference.get());
        }
    }

    private Optional<PodTemplateSpec> template(ControllerRevision revision) {
        Object data = serialization.convertValue(revision.getData(), Object.class);
        return entry(data, "spec")
                .flatMap(spec -> entry(spec, "template"))
                .map(it -> serialization.convertValue(it, PodTemplateSpec.class));
    }

    private static Optional<Object> entry(@Nullable Object of, String name) {
        return of instanceof Map<?, ?> map ? Optional.ofNullable(map.get(name)) : Optional.empty();
    }
}
