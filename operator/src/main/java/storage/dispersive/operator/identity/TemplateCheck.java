package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import storage.dispersive.operator.pods.StorageStatefulSet;

/**
 * Whether a pod runs what its template says, and sees the same files: what would let somebody else
 * read the key. Resources, probes and scheduling are others' to change.
 */
final class TemplateCheck {

    private TemplateCheck() {}

    /**
     * The first difference that matters between a storage pod and its StatefulSet's template; empty
     * if there is none.
     */
    static Optional<String> ofStatefulSet(Pod pod, PodTemplateSpec template) {
        PodSpec is = pod.getSpec();
        PodSpec wanted = template.getSpec();
        if (shared(is).contains(true) || shared(wanted).contains(true)) {
            return Optional.of("it shares namespaces with the node, or among containers");
        }
        return allContainers(is, wanted).or(() -> volumesWithStore(pod, wanted));
    }

    /**
     * The same between a pod of a node and its DaemonSet's template, which may share namespaces
     * with the node. The DaemonSet's controller adds tolerations, and binds the pod to the node.
     */
    static Optional<String> ofDaemonSet(Pod pod, PodTemplateSpec template) {
        PodSpec is = pod.getSpec();
        PodSpec wanted = template.getSpec();
        if (!shared(is).equals(shared(wanted))) {
            return Optional.of("it shares other namespaces with the node, or among containers");
        }
        return allContainers(is, wanted).or(() -> volumes(byName(is), byName(wanted)));
    }

    private static List<Boolean> shared(PodSpec spec) {
        return Stream.of(
                        spec.getHostNetwork(),
                        spec.getHostPID(),
                        spec.getHostIPC(),
                        spec.getShareProcessNamespace())
                .map(Boolean.TRUE::equals)
                .toList();
    }

    private static Optional<String> allContainers(PodSpec is, PodSpec wanted) {
        return containers("container", is.getContainers(), wanted.getContainers())
                .or(() ->
                        containers(
                                "init container",
                                is.getInitContainers(),
                                wanted.getInitContainers()));
    }

    private static Optional<String> containers(
            String kind, List<Container> present, List<Container> wanted) {
        if (!names(present).equals(names(wanted))) {
            return Optional.of("its " + kind + "s are " + names(present));
        }
        for (int i = 0; i < present.size(); i++) {
            if (!what(present.get(i)).equals(what(wanted.get(i)))) {
                return Optional.of("the " + kind + " " + present.get(i).getName() + " differs");
            }
        }
        return Optional.empty();
    }

    private static List<String> names(List<Container> containers) {
        return containers.stream().map(Container::getName).toList();
    }

    /** What it runs, as whom, and with which files. */
    private static List<@Nullable Object> what(Container container) {
        List<@Nullable Object> all = new ArrayList<>();
        all.add(container.getImage());
        all.add(container.getCommand());
        all.add(container.getArgs());
        all.add(container.getEnv());
        all.add(container.getEnvFrom());
        all.add(container.getWorkingDir());
        all.add(container.getLifecycle());
        all.add(container.getSecurityContext());
        all.add(container.getVolumeMounts());
        all.add(container.getVolumeDevices());
        return all;
    }

    /** The StatefulSet's controller adds that of the claim, and nobody else any. */
    private static Optional<String> volumesWithStore(Pod pod, PodSpec wanted) {
        Map<String, Volume> present = byName(pod.getSpec());
        Volume store = present.remove(StorageStatefulSet.STORE);
        String claim = StorageStatefulSet.STORE + "-" + pod.getMetadata().getName();
        if (store == null
                || store.getPersistentVolumeClaim() == null
                || !claim.equals(store.getPersistentVolumeClaim().getClaimName())) {
            return Optional.of("its store is not on the claim " + claim);
        }
        return volumes(present, byName(wanted));
    }

    private static Map<String, Volume> byName(PodSpec spec) {
        return spec.getVolumes().stream()
                .collect(Collectors.toMap(Volume::getName, Function.identity()));
    }

    private static Optional<String> volumes(
            Map<String, Volume> present, Map<String, Volume> expected) {
        Set<String> names = new HashSet<>(present.keySet());
        names.addAll(expected.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(present.get(name), expected.get(name)))
                .sorted()
                .findFirst()
                .map(name -> "the volume " + name + " differs");
    }
}
