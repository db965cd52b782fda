package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a Kubernetes pod is one of a storage pod set. Whoever may make pods chooses their labels,
 * service account and owners, but not a name that is taken: so it has to have the name of a pod
 * that the set wants, of which there is one at a time. Whoever was faster than the StatefulSet's
 * controller has to have made the pod that this would have made.
 */
final class StoragePodCheck {

    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String STORAGE_POD = "dispersive-storage-pod";
    private static final String GROUP = "dispersive.storage/";
    private static final Map<String, String> PREFIXES =
            Map.of("DispersiveVolume", "dv-", "DispersivePool", "dpool-");
    private static final int MOST_DIGITS = 9;

    private final ClusterView cluster;
    private final boolean comparesTemplates;
    private final RevisionCheck revisions;

    StoragePodCheck(ClusterView cluster, boolean comparesTemplates) {
        this.cluster = cluster;
        this.comparesTemplates = comparesTemplates;
        this.revisions = new RevisionCheck(cluster);
    }

    /**
     * Checks the pod that a token is bound to.
     *
     * @param pod that one, as it is now
     * @throws RefusedException if it is no storage pod; the message says what it lacks
     */
    void check(Caller caller, Pod pod) throws RefusedException {
        StatefulSet set =
                cluster.statefulSet(caller.namespace(), caller.account())
                        .orElseThrow(() ->
                                refused(caller, "has a service account that no set is named by"));
        if (!isOurs(set)) {
            throw refused(caller, "belongs to a set that is not a volume's or a pool's");
        }
        if (!STORAGE_POD.equals(Ownership.label(pod, NAME_LABEL))) {
            throw refused(caller, "has not the label " + NAME_LABEL + "=" + STORAGE_POD);
        }
        if (!caller.account().equals(pod.getSpec().getServiceAccountName())) {
            throw refused(caller, "has another service account");
        }
        if (!Ownership.isControlledBy(pod, set)) {
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

    private static boolean isOurs(StatefulSet set) {
        return Ownership.controller(set)
                .filter(owner -> owner.getApiVersion().startsWith(GROUP))
                .filter(owner -> PREFIXES.containsKey(owner.getKind()))
                .filter(owner ->
                        set.getMetadata()
                                .getName()
                                .equals(PREFIXES.get(owner.getKind()) + owner.getName()))
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
        Optional<String> difference =
                revisions.difference(
                        set,
                        set.getSpec().getTemplate(),
                        Ownership.label(pod, RevisionCheck.LABEL),
                        template -> TemplateCheck.ofStatefulSet(pod, template));
        if (difference.isPresent()) {
            throw refused(caller, "is not as its set makes it: " + difference.get());
        }
    }
}
