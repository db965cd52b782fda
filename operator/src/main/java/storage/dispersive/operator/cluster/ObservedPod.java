package storage.dispersive.operator.cluster;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.operator.cluster.Obstacle.Reason;

/** A pod as the API server knows it. */
public record ObservedPod(Pod pod) {

    /** Reasons of a container that waits, which only somebody's change will end. */
    private static final Set<String> IMAGE_TROUBLES =
            Set.of(
                    "ErrImagePull",
                    "ImagePullBackOff",
                    "ErrImageNeverPull",
                    "InvalidImageName",
                    "ImageInspectError",
                    "RegistryUnavailable");

    private static final Set<String> NO_TROUBLES = Set.of("PodInitializing", "ContainerCreating");

    /** The revision of the StatefulSet's template that it was made from. */
    private static final String REVISION_LABEL = "controller-revision-hash";

    public String name() {
        return pod.getMetadata().getName();
    }

    /** Another pod of the same name has another one. */
    public String uid() {
        return pod.getMetadata().getUid();
    }

    public Optional<String> node() {
        return Optional.ofNullable(pod.getSpec().getNodeName());
    }

    public Optional<String> address() {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPodIP);
    }

    /** Whether it is ready and will stay. */
    public boolean isServing() {
        return !isEnding()
                && address().isPresent()
                && condition("Ready").filter(ready -> ready.getStatus().equals("True")).isPresent();
    }

    /** Whether somebody has deleted it. */
    public boolean isEnding() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    public boolean isOfRevision(String revision) {
        return revision.equals(pod.getMetadata().getLabels().get(REVISION_LABEL));
    }

    /** Tells one run of its programs from another: a store is opened anew in each. */
    public String run() {
        return uid() + "/" + containers().mapToInt(ContainerStatus::getRestartCount).sum();
    }

    /** What keeps it from serving, if it does not. */
    public Optional<Obstacle> obstacle() {
        if (isServing()) {
            return Optional.empty();
        }
        return unschedulable()
                .or(this::waiting)
                .or(() -> Optional.of(new Obstacle(Reason.STARTING, name() + " is starting")));
    }

    private Optional<Obstacle> unschedulable() {
        return condition("PodScheduled")
                .filter(it -> it.getStatus().equals("False"))
                .map(it ->
                        new Obstacle(
                                Reason.UNSCHEDULABLE,
                                name() + " has no node: " + text(it.getMessage())));
    }

    private Optional<Obstacle> waiting() {
        return containers().flatMap(it -> trouble(it).or(() -> failure(it)).stream()).findFirst();
    }

    private Optional<Obstacle> trouble(ContainerStatus container) {
        if (container.getState() == null || container.getState().getWaiting() == null) {
            return Optional.empty();
        }
        String why = text(container.getState().getWaiting().getReason());
        if (why.isEmpty() || NO_TROUBLES.contains(why)) {
            return Optional.empty();
        }
        String said = text(container.getState().getWaiting().getMessage());
        String told = why + (said.isEmpty() ? "" : ": " + said);
        return Optional.of(
                IMAGE_TROUBLES.contains(why)
                        ? new Obstacle(
                                Reason.IMAGE_NOT_PULLED,
                                of(container)
                                        + told
                                        + "; correct the image or its pull secrets in the chart's"
                                        + " values")
                        : failing(container, told));
    }

    /** One that is started again after a failure may fail again: it is told until it is ready. */
    private Optional<Obstacle> failure(ContainerStatus container) {
        return Boolean.TRUE.equals(container.getReady())
                ? Optional.empty()
                : Optional.ofNullable(container.getLastState())
                        .map(ContainerState::getTerminated)
                        .filter(it -> !Objects.equals(it.getExitCode(), 0))
                        .map(it ->
                                failing(
                                        container,
                                        "ended with status "
                                                + it.getExitCode()
                                                + " and is started again"));
    }

    private Obstacle failing(ContainerStatus container, String told) {
        return new Obstacle(
                Reason.CONTAINER_FAILS,
                of(container)
                        + told
                        + "; see 'kubectl logs "
                        + name()
                        + " -c "
                        + container.getName()
                        + " --previous'");
    }

    private String of(ContainerStatus container) {
        return name() + ", container " + container.getName() + ": ";
    }

    private Stream<ContainerStatus> containers() {
        PodStatus status = pod.getStatus();
        return status == null
                ? Stream.empty()
                : Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
                        .filter(Objects::nonNull)
                        .flatMap(List::stream);
    }

    private Optional<PodCondition> condition(String type) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions).stream()
                .flatMap(List::stream)
                .filter(it -> it.getType().equals(type))
                .findFirst();
    }

    private static String text(@Nullable String said) {
        return Objects.requireNonNullElse(said, "");
    }
}
