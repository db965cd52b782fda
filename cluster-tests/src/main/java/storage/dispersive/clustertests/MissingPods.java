package storage.dispersive.clustertests;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many pods of a namespace are missing at the same time, at most; looks at each change. */
public final class MissingPods implements AutoCloseable, Watcher<Pod> {

    private final int size;
    private final Map<String, Boolean> serving = new ConcurrentHashMap<>();
    private final AtomicInteger most = new AtomicInteger();
    private final Watch watch;

    public MissingPods(OperatedCluster cluster, int size) {
        this.size = size;
        var pods = cluster.client().pods().inNamespace(cluster.namespace());
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
        boolean isServing =
                !isGone
                        && pod.getMetadata().getDeletionTimestamp() == null
                        && Readiness.isPodReady(pod);
        serving.put(pod.getMetadata().getName(), isServing);
    }

    private void look() {
        int count = (int) serving.values().stream().filter(it -> it).count();
        most.accumulateAndGet(size - count, Math::max);
    }

    public int most() {
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
