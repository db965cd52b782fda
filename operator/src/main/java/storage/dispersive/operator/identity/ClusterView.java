package storage.dispersive.operator.identity;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.enrolment.VolumeName;

/**
 * What the cluster says of the pods that ask. May be a cache: who is not in it yet is refused, and
 * asks again. For any thread; may wait.
 */
public interface ClusterView {

    Optional<Pod> pod(String namespace, String name);

    Optional<StatefulSet> statefulSet(String namespace, String name);

    Optional<DaemonSet> daemonSet(String namespace, String name);

    Optional<DispersiveVolume> volume(VolumeName name);

    /**
     * What a StatefulSet or a DaemonSet asked for before it was changed: pods that are out of date
     * are of such a revision.
     */
    Optional<ControllerRevision> revision(String namespace, String name);

    /** Asks the API server each time. */
    static ClusterView asking(KubernetesClient client) {
        PromptClient prompt = new PromptClient(client);
        return new ClusterView() {
            @Override
            public Optional<Pod> pod(String namespace, String name) {
                return prompt.ask(it ->
                        Optional.ofNullable(it.pods().inNamespace(namespace).withName(name).get()));
            }

            @Override
            public Optional<StatefulSet> statefulSet(String namespace, String name) {
                return prompt.ask(it ->
                        Optional.ofNullable(
                                it.apps()
                                        .statefulSets()
                                        .inNamespace(namespace)
                                        .withName(name)
                                        .get()));
            }

            @Override
            public Optional<DaemonSet> daemonSet(String namespace, String name) {
                return prompt.ask(it ->
                        Optional.ofNullable(
                                it.apps()
                                        .daemonSets()
                                        .inNamespace(namespace)
                                        .withName(name)
                                        .get()));
            }

            @Override
            public Optional<DispersiveVolume> volume(VolumeName name) {
                return prompt.ask(it ->
                        Optional.ofNullable(
                                it.resources(DispersiveVolume.class)
                                        .inNamespace(name.namespace())
                                        .withName(name.name())
                                        .get()));
            }

            @Override
            public Optional<ControllerRevision> revision(String namespace, String name) {
                return prompt.ask(it ->
                        Optional.ofNullable(
                                it.apps()
                                        .controllerRevisions()
                                        .inNamespace(namespace)
                                        .withName(name)
                                        .get()));
            }
        };
    }
}
