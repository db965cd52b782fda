package storage.dispersive.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** The cluster that KUBECONFIG leads to, with the operator in it. */
final class Cluster {

    /** Where the operator is. */
    static final String SYSTEM = "dispersive-system";

    /** Where storage pods of tests are; the same as in {@code e2e/run}. */
    static final String STORAGE = "e2e-storage";

    /** Another namespace with storage pods, as one operator tends several. */
    static final String OTHER = "e2e-other";

    static final String AUTHORITY = "dispersive-authority";

    /** A machine of two cores that starts a dozen of JVMs is slow. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    static final KubernetesClient CLIENT = new KubernetesClientBuilder().build();

    private Cluster() {}

    /** Waits until nothing is thrown any more; the last failure is the test's. */
    static void await(String what, ThrowingRunnable assertion) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(assertion);
    }

    /** Makes what a text in YAML says, in a namespace. */
    static void create(String namespace, String yaml) {
        var resource = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        CLIENT.resource(resource).inNamespace(namespace).create();
    }

    /** A volume in YAML; more of its specification as lines that are indented by two. */
    static String volume(String name, String size, int data, int redundancy, String... more) {
        return """
        apiVersion: dispersive.storage/v1alpha1
        kind: DispersiveVolume
        metadata: {name: %s}
        spec:
          size: %s
          dispersal: {data: %d, redundancy: %d}
        """
                        .formatted(name, size, data, redundancy)
                + List.of(more).stream().map(it -> "  " + it + "\n").reduce("", String::concat);
    }

    static DispersiveVolume volume(String namespace, String name) {
        return Objects.requireNonNull(
                CLIENT.resources(DispersiveVolume.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get(),
                () -> "there is no volume " + name);
    }

    static List<DispersiveVolume> volumes(String namespace) {
        return CLIENT.resources(DispersiveVolume.class).inNamespace(namespace).list().getItems();
    }

    static DispersivePool pool(String namespace, String name) {
        return Objects.requireNonNull(
                CLIENT.resources(DispersivePool.class).inNamespace(namespace).withName(name).get(),
                () -> "there is no pool " + name);
    }

    /** The storage pods of a set, such as dv-photos, by ordinal. */
    static List<Pod> pods(String namespace, String set) {
        return CLIENT
                .pods()
                .inNamespace(namespace)
                .withLabels(labels(set))
                .list()
                .getItems()
                .stream()
                .sorted(Comparator.comparingInt(Cluster::ordinal))
                .toList();
    }

    static Map<String, String> labels(String set) {
        return Map.of("app.kubernetes.io/instance", set);
    }

    private static int ordinal(Pod pod) {
        String name = pod.getMetadata().getName();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    static Pod pod(String namespace, String name) {
        return Objects.requireNonNull(
                CLIENT.pods().inNamespace(namespace).withName(name).get(),
                () -> "there is no pod " + name);
    }

    static ConfigMap authorities(String namespace) {
        return CLIENT.configMaps().inNamespace(namespace).withName(AUTHORITY).require();
    }

    static String kubectl(String... words) {
        return Command.run(with("kubectl", words));
    }

    static String[] with(String program, String... words) {
        String[] all = new String[words.length + 1];
        all[0] = program;
        System.arraycopy(words, 0, all, 1, words.length);
        return all;
    }

    /** The program that nodes are containers of: podman, or docker. */
    static String node(String action, String node) {
        String tool =
                Objects.requireNonNullElse(System.getenv("KIND_EXPERIMENTAL_PROVIDER"), "podman");
        return Command.run(tool, action, node);
    }
}
