package storage.dispersive.operator.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Optional;

/** The nodes as an informer has them. For any thread. */
public final class WatchedNodes implements Nodes, AutoCloseable {

    private final SharedIndexInformer<Node> informer;

    private WatchedNodes(SharedIndexInformer<Node> informer) {
        this.informer = informer;
    }

    /** Lists all nodes, and watches them until it is closed. */
    public static WatchedNodes start(KubernetesClient client) {
        return new WatchedNodes(client.nodes().inform());
    }

    @Override
    public boolean exists(String node) {
        return informer.getStore().getByKey(node) != null;
    }

    @Override
    public Optional<String> label(String node, String key) {
        return Optional.ofNullable(informer.getStore().getByKey(node))
                .map(it -> it.getMetadata().getLabels())
                .map(it -> it.get(key));
    }

    @Override
    public boolean anyHas(String key, String value) {
        return informer.getStore().list().stream()
                .map(it -> it.getMetadata().getLabels())
                .anyMatch(it -> it != null && value.equals(it.get(key)));
    }

    @Override
    public void close() {
        informer.stop();
    }
}
