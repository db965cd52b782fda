package storage.dispersive.operator.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import storage.dispersive.operator.cluster.Obstacle.Reason;
import storage.dispersive.operator.pods.PodSet;

/**
 * A set as it is: for each ordinal, the pod and the claim that are there.
 *
 * @param refusals what the API server said when it did not let pods be made
 */
public record ObservedSet(
        PodSet wanted,
        Map<String, ObservedPod> podsByName,
        Map<String, ObservedClaim> claimsByName,
        List<Event> refusals) {

    public ObservedSet {
        podsByName = Map.copyOf(podsByName);
        claimsByName = Map.copyOf(claimsByName);
        refusals = List.copyOf(refusals);
    }

    /** From all that informers have of it. */
    public static ObservedSet of(
            PodSet wanted,
            Collection<Pod> pods,
            Collection<PersistentVolumeClaim> claims,
            Collection<Event> refusals) {
        return new ObservedSet(
                wanted,
                byName(pods, ObservedPod::new, ObservedPod::name),
                byName(claims, ObservedClaim::new, ObservedClaim::name),
                List.copyOf(refusals));
    }

    private static <T, O> Map<String, O> byName(
            Collection<T> all, Function<T, O> observed, Function<O, String> name) {
        return all.stream().map(observed).collect(Collectors.toMap(name, it -> it, (a, b) -> b));
    }

    public Optional<ObservedPod> pod(int ordinal) {
        return Optional.ofNullable(podsByName.get(wanted.podName(ordinal)));
    }

    public Optional<ObservedClaim> claim(int ordinal) {
        return Optional.ofNullable(claimsByName.get(wanted.claimName(ordinal)));
    }

    /** The claims that its pods have or will have. */
    public List<ObservedClaim> claims() {
        List<ObservedClaim> claims = new ArrayList<>();
        for (int ordinal = 0; ordinal < wanted.size(); ordinal++) {
            claim(ordinal).ifPresent(claims::add);
        }
        return claims;
    }

    /** The pods that should be there and are. */
    public List<ObservedPod> pods() {
        List<ObservedPod> pods = new ArrayList<>();
        for (int ordinal = 0; ordinal < wanted.size(); ordinal++) {
            pod(ordinal).ifPresent(pods::add);
        }
        return pods;
    }

    public boolean allServe() {
        return pods().stream().filter(ObservedPod::isServing).count() == wanted.size();
    }

    /** What keeps its pods from serving: the first of those that matter most. */
    public Optional<Obstacle> obstacle() {
        List<Obstacle> found = new ArrayList<>();
        for (int ordinal = 0; ordinal < wanted.size(); ordinal++) {
            Optional<ObservedPod> pod = pod(ordinal);
            if (pod.isPresent()) {
                pod.get().obstacle().ifPresent(found::add);
            } else {
                found.add(absent(ordinal));
            }
        }
        return found.stream().min(Comparator.comparing(Obstacle::reason));
    }

    private Obstacle absent(int ordinal) {
        String name = wanted.podName(ordinal);
        String lastMade =
                podsByName.values().stream()
                        .map(it -> it.pod().getMetadata().getCreationTimestamp())
                        .max(Comparator.naturalOrder())
                        .orElse("");
        // What was refused before a pod was made is mended since.
        return refusals.stream()
                .filter(it -> time(it).compareTo(lastMade) >= 0)
                .max(Comparator.comparing(ObservedSet::time))
                .map(event ->
                        new Obstacle(
                                Reason.PODS_REFUSED,
                                name + " cannot be made: " + event.getMessage()))
                .orElseGet(() -> new Obstacle(Reason.STARTING, "there is no " + name + " yet"));
    }

    /** Events say when they were last seen in one of two ways. */
    private static String time(Event event) {
        return Objects.requireNonNullElse(
                event.getLastTimestamp(),
                Objects.requireNonNullElse(event.getMetadata().getCreationTimestamp(), ""));
    }
}
