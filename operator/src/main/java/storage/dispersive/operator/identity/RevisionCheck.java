package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pod is as who controls it makes it now, or as it did before it was changed: those that
 * are to be replaced are still the controller's. For any thread; may wait.
 */
final class RevisionCheck {

    /** In it every pod that a controller with revisions makes says of which it is. */
    static final String LABEL = "controller-revision-hash";

    private final ClusterView cluster;
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    RevisionCheck(ClusterView cluster) {
        this.cluster = cluster;
    }

    /**
     * Compares.
     *
     * @param by who controls the pod
     * @param now its template
     * @param revision what the pod was made of, as it says; null if it says nothing
     * @param difference between the pod and a template, if there is one that matters
     * @return what differs; empty if nothing does
     */
    Optional<String> difference(
            HasMetadata by,
            PodTemplateSpec now,
            @Nullable String revision,
            Function<PodTemplateSpec, Optional<String>> difference) {
        Optional<String> found = difference.apply(now);
        if (found.isEmpty()) {
            return found;
        }
        boolean wasSo =
                Optional.ofNullable(revision)
                        .flatMap(name -> cluster.revision(by.getMetadata().getNamespace(), name))
                        .filter(earlier -> Ownership.isControlledBy(earlier, by))
                        .flatMap(this::template)
                        .filter(earlier -> difference.apply(earlier).isEmpty())
                        .isPresent();
        return wasSo ? Optional.empty() : found;
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
