package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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

    List<String> since(int count) {
        List<String> all = all();
        return all.subList(count, all.size());
    }
}
