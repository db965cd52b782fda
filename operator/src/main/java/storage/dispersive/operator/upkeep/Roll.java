package storage.dispersive.operator.upkeep;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.operator.cluster.ObservedPod;
import storage.dispersive.operator.cluster.ObservedSet;

/**
 * Replaces storage pods that are not as their StatefulSet's template says any more: one at a time,
 * each when all others serve. One that does not serve anyway is replaced at once, so that a
 * template that was mended mends pods, too.
 */
public final class Roll {

    private static final Logger LOG = LoggerFactory.getLogger(Roll.class);
    private static final int TOO_MANY_REQUESTS = 429;

    private final KubernetesClient client;

    public Roll(KubernetesClient client) {
        this.client = client;
    }

    /** Whether all that the pods hold is there, but for pods that do not serve. */
    public enum Stock {
        WHOLE,
        DAMAGED
    }

    /**
     * Begins the next replacement if it is time.
     *
     * @return what is said of it, while pods are to be replaced
     */
    public Optional<String> go(ObservedSet set, StatefulSet there, Stock stock) {
        Optional<String> revision = newest(there);
        if (revision.isEmpty()) {
            return Optional.empty();
        }
        List<ObservedPod> outdated =
                set.pods().stream()
                        .filter(it -> !it.isEnding() && !it.isOfRevision(revision.get()))
                        .toList();
        if (outdated.isEmpty()) {
            return Optional.empty();
        }
        List<ObservedPod> idle = outdated.stream().filter(it -> !it.isServing()).toList();
        if (!idle.isEmpty()) {
            idle.forEach(this::delete);
            return Optional.of("replacing " + idle.getFirst().name() + ", which does not serve");
        }
        String left = outdated.size() + " storage pods are to be replaced";
        if (!set.allServe()) {
            return Optional.of(left + "; waiting until all serve");
        }
        if (stock == Stock.DAMAGED) {
            return Optional.of(left + "; waiting, as not all storage pods hold what they should");
        }
        ObservedPod next = outdated.getLast();
        return Optional.of(
                evict(next)
                        ? left + "; replacing " + next.name()
                        : left + "; the disruption budget does not let " + next.name() + " go");
    }

    /** The revision of the template, once the StatefulSet's controller has seen it. */
    private static Optional<String> newest(StatefulSet there) {
        StatefulSetStatus status = there.getStatus();
        if (status == null
                || status.getObservedGeneration() == null
                || status.getObservedGeneration() < there.getMetadata().getGeneration()) {
            return Optional.empty();
        }
        return Optional.ofNullable(status.getUpdateRevision());
    }

    private boolean evict(ObservedPod pod) {
        Eviction eviction =
                new EvictionBuilder()
                        .withNewMetadata()
                        .withName(pod.name())
                        .withNamespace(pod.pod().getMetadata().getNamespace())
                        .endMetadata()
                        .withDeleteOptions(
                                new DeleteOptionsBuilder()
                                        .withNewPreconditions()
                                        .withUid(pod.uid())
                                        .endPreconditions()
                                        .build())
                        .build();
        try {
            return client.pods().resource(pod.pod()).evict(eviction);
        } catch (KubernetesClientException e) {
            if (e.getCode() == TOO_MANY_REQUESTS
                    || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return false;
            }
            throw e;
        }
    }

    private void delete(ObservedPod pod) {
        LOG.info("Replacing {}, which is out of date and does not serve", pod.name());
        new Removal(client).gently("pods", pod.pod());
    }
}
