package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.clustertests.OperatedCluster;
import storage.dispersive.clustertests.Specs;

/**
 * An operator that ends at any of its calls, while it makes, lets grow and deletes volumes, has
 * left nothing that the next one does not bring to the same end.
 */
@ExtendWith(OneCluster.class)
class CrashTest {

    private static final int SIDE_BY_SIDE = 4;

    /** Each call takes minutes in all: -Dcrash.step=1. */
    private static final int STEP = Integer.getInteger("crash.step", 7);

    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @BeforeAll
    static void stopTheOther(TriedCluster cluster) {
        cluster.stopOperator();
    }

    @AfterAll
    static void startTheOther(TriedCluster cluster) {
        cluster.startOperator("1");
    }

    @Test
    void itEndsTheSameWhereverTheOperatorEnds(TriedCluster cluster)
            throws InterruptedException, ExecutionException {
        int calls;
        try (Round undisturbed = new Round(cluster, "undisturbed", Integer.MAX_VALUE)) {
            assertThat(undisturbed.hasNeededTwo()).isFalse();
            calls = undisturbed.changes();
        }
        assertThat(calls).isGreaterThan(30);
        try (var rounds = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int survived = 0; survived < calls; survived += STEP) {
                int count = survived;
                all.add(
                        rounds.submit(() -> {
                            try (Round round = new Round(cluster, "round-" + count, count)) {
                                return round.hasNeededTwo();
                            }
                        }));
            }
            int shown = 0;
            for (Future<Boolean> round : all) {
                shown += round.get() ? 1 : 0;
            }
            // A life whose changes are seen together takes fewer calls than the undisturbed one.
            assertThat(shown).isGreaterThan(all.size() * 2 / 3);
        }
    }

    /** One life of three resources in a namespace of their own, with an operator that ends once. */
    private static final class Round implements AutoCloseable {

        private final TriedCluster cluster;
        private final KubernetesClient client;
        private final String namespace;
        private final FakeStores stores = new FakeStores();
        private Crash crash;
        private @Nullable KubernetesClient operatorClient;
        private @Nullable TriedOperator operator;
        private boolean isSecond;

        Round(TriedCluster cluster, String namespace, int survived) {
            this.cluster = cluster;
            this.client = cluster.client();
            this.namespace = namespace;
            this.crash = new Crash(namespace, survived);
            cluster.namespace(namespace);
            start();
        }

        int changes() {
            return crash.changes();
        }

        /** Lives it, and says whether a second operator was needed. */
        boolean hasNeededTwo() {
            make("DispersiveVolume", "own", "storage: {storageClassName: limited}");
            make("DispersivePool", "pool", "");
            make("DispersiveVolume", "pooled", "poolRef: {name: pool}");
            eventually(() -> {
                assertThat(reason("own")).isEqualTo("AllServe");
                assertThat(reason("pooled")).isEqualTo("AllServe");
            });
            client.resource(volume("own"))
                    .edit(it -> {
                        it.setSpec(Specs.withSize(it.getSpec(), new Quantity("2Gi")));
                        return it;
                    });
            eventually(() -> {
                assertThat(volume("own").getStatus().capacity()).isEqualTo(new Quantity("2Gi"));
                assertThat(volume("own").getStatus().claim()).isEqualTo(new Quantity("1536Mi"));
            });
            client.resources(DispersiveVolume.class).inNamespace(namespace).delete();
            client.resources(DispersivePool.class).inNamespace(namespace).delete();
            eventually(() -> {
                assertThat(client.resources(DispersiveVolume.class).inNamespace(namespace).list())
                        .matches(it -> it.getItems().isEmpty());
                assertThat(client.resources(DispersivePool.class).inNamespace(namespace).list())
                        .matches(it -> it.getItems().isEmpty());
            });
            for (int pod = 0; pod < 3; pod++) {
                assertThat(stores.volumes("dpool-pool-" + pod)).isEmpty();
            }
            return isSecond;
        }

        private void make(String kind, String name, String more) {
            boolean isPool = kind.equals("DispersivePool");
            client.resource(
                            """
                            apiVersion: dispersive.storage/v1alpha1
                            kind: %s
                            metadata: {name: %s, namespace: %s}
                            spec: {reclaimPolicy: Delete, %s %s}
                            """
                                    .formatted(
                                            kind,
                                            name,
                                            namespace,
                                            isPool
                                                    ? "pods: 3, storage:"
                                                            + " {size: 1Gi, storageClassName:"
                                                            + " standard}"
                                                    : "size: 1Gi, dispersal:"
                                                            + " {data: 2, redundancy: 1}, ",
                                            more))
                    .create();
        }

        private DispersiveVolume volume(String name) {
            return client.resources(DispersiveVolume.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .require();
        }

        private String reason(String volume) {
            return OperatedCluster.condition(volume(volume), "Degraded")
                    .map(it -> it.reason())
                    .orElse("");
        }

        private void eventually(Runnable claim) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> {
                        if (crash.hasHappened()) {
                            close();
                            crash = new Crash(namespace, Integer.MAX_VALUE);
                            isSecond = true;
                            start();
                        }
                        claim.run();
                    });
        }

        private void start() {
            Crash calls = crash;
            operatorClient =
                    cluster.server().client(it -> it.addOrReplaceInterceptor("crash", calls));
            operator =
                    TriedOperator.start(
                            operatorClient,
                            _ -> Optional.empty(),
                            stores,
                            TriedCluster.profile("1"),
                            namespace);
        }

        @Override
        public void close() {
            if (operator != null) {
                operator.close();
                operator = null;
            }
            if (operatorClient != null) {
                operatorClient.close();
            }
        }
    }
}
