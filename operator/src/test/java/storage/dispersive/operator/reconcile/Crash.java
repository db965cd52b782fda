package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends an operator, as far as the API server can see: after so many calls that change something no
 * call of its client arrives any more. And lets it see the resources of one namespace only, so that
 * operators can be tried side by side. For any thread.
 */
final class Crash implements Interceptor {

    private static final String API = "/apis/dispersive.storage/v1alpha1/";

    private final String namespace;
    private final int survived;
    private final AtomicInteger changes = new AtomicInteger();

    Crash(String namespace, int survived) {
        this.namespace = namespace;
        this.survived = survived;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        boolean isChange = !"GET".equals(request.method());
        int count = isChange ? changes.incrementAndGet() : changes.get();
        if (count > survived) {
            throw new IllegalStateException("the operator has ended");
        }
        String uri = request.uri().toString();
        if (uri.contains(API + "dispersive")) {
            builder.uri(URI.create(uri.replace(API, API + "namespaces/" + namespace + "/")));
        }
    }

    boolean hasHappened() {
        return changes.get() > survived;
    }

    int changes() {
        return changes.get();
    }
}
