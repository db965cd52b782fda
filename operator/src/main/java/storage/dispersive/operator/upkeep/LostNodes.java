package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.cluster.Nodes;
import storage.dispersive.operator.cluster.ObservedClaim;
import storage.dispersive.operator.cluster.ObservedPod;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.cluster.Obstacle;
import storage.dispersive.operator.cluster.Obstacle.Reason;

/**
 * Gives up storage pods whose disk is gone with its node: the claim is deleted and so is the pod,
 * and its StatefulSet makes both anew elsewhere. A node that is not listed any more is recognised;
 * of one that is, somebody must say so, by an annotation. Never without what is left being enough.
 */
public final class LostNodes {

    /** Of a volume or a pool: the name of a storage pod whose node will not come back. */
    public static final String GIVE_UP = "dispersive.storage/give-up";

    private static final Logger LOG = LoggerFactory.getLogger(LostNodes.class);
    private static final String HOST_NAME = "kubernetes.io/hostname";

    private final KubernetesClient client;
    private final Nodes nodes;
    private final Removal removal;

    public LostNodes(KubernetesClient client, Nodes nodes) {
        this.client = client;
        this.nodes = nodes;
        this.removal = new Removal(client);
    }

    /**
     * Gives up what is lost, where that is safe.
     *
     * @param resource whose pods they are
     * @return what is not given up, and why
     */
    public Optional<Obstacle> giveUp(HasMetadata resource, ObservedSet set, Survival survival) {
        Optional<Obstacle> refused = asked(resource, set, survival);
        for (int ordinal = 0; ordinal < set.wanted().size(); ordinal++) {
            Optional<Obstacle> kept = unlisted(ordinal, set, survival);
            refused = refused.or(() -> kept);
        }
        return refused;
    }

    /** If it ends before the annotation is gone, the pod's successor may be replaced once more. */
    private Optional<Obstacle> asked(HasMetadata resource, ObservedSet set, Survival survival) {
        String name =
                Objects.requireNonNullElse(
                                resource.getMetadata().getAnnotations(), Map.<String, String>of())
                        .getOrDefault(GIVE_UP, "");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        int ordinal = set.wanted().podNames().indexOf(name);
        if (ordinal < 0) {
            return refusal(name, "there is no such storage pod; correct the annotation " + GIVE_UP);
        }
        Optional<ObservedPod> pod = set.pod(ordinal);
        if (pod.filter(ObservedPod::isServing).isPresent()) {
            return refusal(name, "it serves; remove the annotation " + GIVE_UP);
        }
        Optional<String> loss = survival.whyNotWithout(name);
        if (loss.isPresent()) {
            return refusal(name, loss.get());
        }
        LOG.warn("Giving up {}, as was asked for", name);
        remove(set.claim(ordinal), pod);
        client.resource(resource)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"" + GIVE_UP + "\":null}}}");
        return Optional.empty();
    }

    private Optional<Obstacle> unlisted(int ordinal, ObservedSet set, Survival survival) {
        Optional<ObservedPod> pod = set.pod(ordinal).filter(it -> it.node().isEmpty());
        Optional<ObservedClaim> claim = set.claim(ordinal).filter(it -> it.volume().isPresent());
        if (pod.isEmpty() || claim.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> node = claim.get().volume().flatMap(this::missingNode);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> loss = survival.whyNotWithout(pod.get().name());
        if (loss.isPresent()) {
            return refusal(
                    pod.get().name(),
                    "its disk is on node " + node.get() + ", which is gone; " + loss.get());
        }
        LOG.warn("Giving up {}: its node {} is gone", pod.get().name(), node.get());
        remove(claim, pod);
        return Optional.empty();
    }

    private static Optional<Obstacle> refusal(String pod, String why) {
        return Optional.of(new Obstacle(Reason.NODE_GONE, pod + " is not given up: " + why));
    }

    /** The claim first: a pod that is made before it is gone waits for the next. */
    private void remove(Optional<ObservedClaim> claim, Optional<ObservedPod> pod) {
        claim.filter(it -> !it.isEnding())
                .ifPresent(it -> removal.gently("persistentvolumeclaims", it.claim()));
        pod.ifPresent(it -> removal.atOnce("pods", it.pod()));
    }

    /** The node without which a volume cannot be reached, if it is not there. */
    private Optional<String> missingNode(String volume) {
        PersistentVolume found = client.persistentVolumes().withName(volume).get();
        if (found == null
                || found.getSpec().getNodeAffinity() == null
                || found.getSpec().getNodeAffinity().getRequired() == null) {
            return Optional.empty();
        }
        List<NodeSelectorTerm> terms =
                found.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms();
        List<Set<String>> hosts = terms.stream().map(LostNodes::hosts).toList();
        boolean isPinned = !hosts.isEmpty() && hosts.stream().noneMatch(Set::isEmpty);
        Set<String> all = hosts.stream().flatMap(Set::stream).collect(Collectors.toSet());
        return isPinned && all.stream().noneMatch(it -> nodes.anyHas(HOST_NAME, it))
                ? Optional.of(String.join(", ", all))
                : Optional.empty();
    }

    private static Set<String> hosts(NodeSelectorTerm term) {
        return term.getMatchExpressions().stream()
                .filter(it -> it.getKey().equals(HOST_NAME) && it.getOperator().equals("In"))
                .map(NodeSelectorRequirement::getValues)
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }
}
