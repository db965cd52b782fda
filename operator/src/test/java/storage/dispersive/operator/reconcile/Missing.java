package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import storage.dispersive.operator.cluster.ObservedPod;

/** How many pods of a set are missing at the same time, at most; each change is looked at. */
final class Missing implements AutoCloseable, Watcher<Pod> {

    private final int size;
    private final Map<String, Boolean> serving = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();
    private final Watch watch;

    Missing(KubernetesClient client, int size) {
        this.size = size;
        var pods = client.pods().inNamespace(TriedCluster.NAMESPACE);
        var list = pods.list();
        list.getItems().forEach(it -> see(it, false));
        look();
        this.watch = pods.withResourceVersion(list.getMetadata().getResourceVersion()).watch(this);
    }

    @Override
    public void eventReceived(Action action, Pod pod) {
        see(pod, action == Action.DELETED);
        look();
    }

    private void see(Pod pod, boolean isGone) {
        serving.put(pod.getMetadata().getName(), !isGone && new ObservedPod(pod).isServing());
    }

    private void look() {
        int count = (int) serving.values().stream().filter(it -> it).count();
        most.accumulateAndGet(size - count, Math::max);
    }

    int most() {
        return most.get();
    }

    @Override
    public void onClose(WatcherException cause) {
        most.set(size);
    }

    @Override
    public void close() {
        watch.close();
    }
}
