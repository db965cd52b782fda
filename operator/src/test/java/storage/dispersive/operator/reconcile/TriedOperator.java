package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.util.Set;
import storage.dispersive.operator.cluster.WatchedNodes;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.reconcile.Reconcilers.Surroundings;

/** The operator as it runs in a cluster, but for storage pods, which are fakes. */
final class TriedOperator implements AutoCloseable {

    private final Operator operator;
    private final WatchedNodes nodes;

    private TriedOperator(Operator operator, WatchedNodes nodes) {
        this.operator = operator;
        this.nodes = nodes;
    }

    /**
     * Starts it.
     *
     * @param client stays the caller's
     */
    static TriedOperator start(
            KubernetesClient client,
            Authorities authorities,
            FakeStores stores,
            PodProfile profile,
            String... namespaces) {
        WatchedNodes nodes = WatchedNodes.start(client);
        Operator operator =
                new Operator(settings ->
                        settings.withKubernetesClient(client).withCloseClientOnStop(false));
        new Reconcilers(
                        client,
                        new Surroundings(nodes, authorities, stores, stores),
                        profile,
                        new AllowedNamespaces(Set.of(namespaces)),
                        Clock.systemUTC())
                .register(operator);
        operator.start();
        return new TriedOperator(operator, nodes);
    }

    @Override
    public void close() {
        operator.stop();
        nodes.close();
    }
}
