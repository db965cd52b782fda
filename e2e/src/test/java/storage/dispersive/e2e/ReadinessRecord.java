package storage.dispersive.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who of the pods of a set has not been ready at the same time as others, as events tell it. */
final class ReadinessRecord implements Watcher<Pod>, AutoCloseable {

    private final TreeSet<String> away = new TreeSet<>();
    private final List<List<String>> missed = new ArrayList<>();
    private @Nullable Watch watch;
    private @Nullable WatcherException end;

    /** Begins with pods that are all ready. */
    static ReadinessRecord of(String namespace, String set) {
        ReadinessRecord made = new ReadinessRecord();
        made.watch =
                Cluster.CLIENT
                        .pods()
                        .inNamespace(namespace)
                        .withLabels(Cluster.labels(set))
                        .watch(made);
        return made;
    }

    @Override
    public synchronized void eventReceived(Action action, Pod pod) {
        boolean isReady =
                action != Action.DELETED
                        && pod.getMetadata().getDeletionTimestamp() == null
                        && Readiness.isPodReady(pod);
        boolean isNews =
                isReady
                        ? away.remove(pod.getMetadata().getName())
                        : away.add(pod.getMetadata().getName());
        if (isNews) {
            missed.add(List.copyOf(away));
        }
    }

    @Override
    public synchronized void onClose(WatcherException cause) {
        end = cause;
    }

    /** Those that were away at one time, for each time that this changed. */
    synchronized List<List<String>> missed() {
        if (end != null) {
            throw new IllegalStateException("events were missed", end);
        }
        return List.copyOf(missed);
    }

    @Override
    public void close() {
        Objects.requireNonNull(watch).close();
    }
}
