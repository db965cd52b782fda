package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Optional;

/**
 * Whether a Kubernetes pod is the node plugin's of its node. Only who may make pods in the
 * operator's namespace, and so privileged ones on any node, could make one that passes; and it
 * would have to be what the DaemonSet's controller makes.
 */
final class NodePodCheck {

    private static final String NAME_LABEL = "app.kubernetes.io/name";
    private static final String NODE_POD = "dispersive-node";

    private final ClusterView cluster;
    private final NodePlugin plugin;
    private final boolean comparesTemplates;
    private final RevisionCheck revisions;

    NodePodCheck(ClusterView cluster, NodePlugin plugin, boolean comparesTemplates) {
        this.cluster = cluster;
        this.plugin = plugin;
        this.comparesTemplates = comparesTemplates;
        this.revisions = new RevisionCheck(cluster);
    }

    /** Whether it says that it is one of any DaemonSet; storage pods do not. */
    static boolean isOfDaemonSet(Pod pod) {
        return Ownership.controller(pod)
                .filter(owner -> owner.getKind().equals("DaemonSet"))
                .isPresent();
    }

    /**
     * Checks the pod that a token is bound to.
     *
     * @param pod that one, as it is now
     * @throws RefusedException if it is none of the node plugin; the message says what it lacks
     */
    void check(Caller caller, Pod pod) throws RefusedException {
        if (!caller.namespace().equals(plugin.namespace())) {
            throw refused(caller, "is not in the operator's namespace, where node plugins are");
        }
        DaemonSet set =
                cluster.daemonSet(plugin.namespace(), plugin.daemonSet())
                        .orElseThrow(() ->
                                refused(
                                        caller,
                                        "is no node plugin, as there is no DaemonSet "
                                                + plugin.daemonSet()));
        if (!Ownership.isControlledBy(pod, set)) {
            throw refused(caller, "is not controlled by the DaemonSet " + plugin.daemonSet());
        }
        if (!NODE_POD.equals(Ownership.label(pod, NAME_LABEL))) {
            throw refused(caller, "has not the label " + NAME_LABEL + "=" + NODE_POD);
        }
        String account = set.getSpec().getTemplate().getSpec().getServiceAccountName();
        if (!caller.account().equals(account)
                || !caller.account().equals(pod.getSpec().getServiceAccountName())) {
            throw refused(caller, "has another service account than its DaemonSet gives it");
        }
        if (comparesTemplates) {
            checkTemplate(caller, pod, set);
        }
    }

    private void checkTemplate(Caller caller, Pod pod, DaemonSet set) throws RefusedException {
        String hash = Ownership.label(pod, RevisionCheck.LABEL);
        Optional<String> difference =
                revisions.difference(
                        set,
                        set.getSpec().getTemplate(),
                        // The label of a StatefulSet's pods has all of the revision's name.
                        hash == null ? null : plugin.daemonSet() + "-" + hash,
                        template -> TemplateCheck.ofDaemonSet(pod, template));
        if (difference.isPresent()) {
            throw refused(caller, "is not as its DaemonSet makes it: " + difference.get());
        }
    }

    private static RefusedException refused(Caller caller, String lack) {
        return RefusedException.forbidden(caller.place() + " " + lack);
    }
}
