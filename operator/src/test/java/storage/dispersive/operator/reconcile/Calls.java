package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/** Remembers what a client asks an API server for, but for watches. For any thread. */
final class Calls implements Interceptor {

    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        String uri = request.uri().toString();
        boolean isWatch = uri.contains("watch=true");
        if (!isWatch) {
            seen.add(request.method() + " " + request.uri().getPath());
        }
    }

    List<String> all() {
        return List.copyOf(seen);
    }

    /** Waits until there are no more for some seconds, and returns how many there were. */
    int settled() {
        int[] last = {-1};
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(40))
                .until(() -> {
                    int before = last[0];
                    last[0] = seen.size();
                    return before == last[0];
                });
        return last[0];
    }

    List<String> since(int count) {
        List<String> all = all();
        return all.subList(count, all.size());
    }
}
