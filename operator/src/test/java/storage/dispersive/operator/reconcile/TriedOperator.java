package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.util.Set;
import storage.dispersive.operator.cluster.WatchedNodes;
import storage.dispersive.operator.pods.PodProfile;
import storage.dispersive.operator.reconcile.Reconcilers.Surroundings;
import storage.dispersive.operator.upkeep.StorageClasses;

/** The operator as it runs in a cluster, but for storage pods, which are fakes. */
final class TriedOperator implements AutoCloseable {

    private final Operator operator;
    private final WatchedNodes nodes;
    private final StorageClasses classes;

    private TriedOperator(Operator operator, WatchedNodes nodes, StorageClasses classes) {
        this.operator = operator;
        this.nodes = nodes;
        this.classes = classes;
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
        StorageClasses classes = StorageClasses.start(client);
        Operator operator =
                new Operator(settings ->
                        settings.withKubernetesClient(client).withCloseClientOnStop(false));
        new Reconcilers(
                        client,
                        new Surroundings(nodes, classes, authorities, stores, stores),
                        profile,
                        new AllowedNamespaces(Set.of(namespaces)),
                        Clock.systemUTC())
                .register(operator);
        operator.start();
        return new TriedOperator(operator, nodes, classes);
    }

    @Override
    public void close() {
        operator.stop();
        classes.close();
        nodes.close();
    }
}
