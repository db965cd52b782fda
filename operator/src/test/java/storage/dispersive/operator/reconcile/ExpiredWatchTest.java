package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static storage.dispersive.clustertests.OperatedCluster.LIMITED;
import static storage.dispersive.clustertests.OperatedCluster.STANDARD;
import static storage.dispersive.operator.reconcile.TriedCluster.NAMESPACE;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.net.HttpURLConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.apiserver.ApiServer;
import storage.dispersive.apiserver.Line;
import storage.dispersive.clustertests.Specs;

/**
 * An operator that was cut off for so long that its watches have expired (410 Gone) hears of all
 * that happened meanwhile.
 */
class ExpiredWatchTest {

    @Test
    void whatHappensMeanwhileIsNoticed() {
        ApiServer server = ApiServer.startForgetful();
        try (Line line = server.line();
                TriedCluster cluster = TriedCluster.start(server, line)) {
            KubernetesClient client = cluster.client();
            var service = client.services().inNamespace(NAMESPACE).withName("dv-kept");
            cluster.volume("kept", 2, 1, LIMITED);
            cluster.volume("dropped", 2, 1, STANDARD);
            cluster.awaitWhole("kept");
            cluster.awaitWhole("dropped");
            line.cut();
            // No informer of the operator has seen anything later than this.
            String seen =
                    client.resources(DispersiveVolume.class)
                            .inNamespace(NAMESPACE)
                            .list()
                            .getMetadata()
                            .getResourceVersion();
            cluster.volume("made", 2, 1, STANDARD);
            cluster.delete("dropped");
            service.delete();
            client.resource(cluster.volume("kept"))
                    .edit(it -> {
                        it.setSpec(Specs.withSize(it.getSpec(), new Quantity("2Gi")));
                        return it;
                    });
            cluster.eventually().until(() -> hasExpired(client, seen));
            assertThat(service.get()).isNull();
            assertThat(cluster.volume("made").getStatus()).isNull();
            assertThat(cluster.volume("dropped").getFinalizers()).isNotEmpty();
            line.mend();
            cluster.awaitWhole("made");
            cluster.awaitGone("dropped");
            cluster.eventually()
                    .untilAsserted(() -> {
                        assertThat(service.get()).isNotNull();
                        assertThat(cluster.volume("kept").getStatus().capacity())
                                .isEqualTo(new Quantity("2Gi"));
                    });
            // It watches again: this it hears of, too.
            service.delete();
            cluster.eventually().untilAsserted(() -> assertThat(service.get()).isNotNull());
        }
    }

    /** Whether nobody can watch on from where things were. */
    private static boolean hasExpired(KubernetesClient client, String resourceVersion)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        try (Watch _ =
                client.resources(DispersiveVolume.class)
                        .inNamespace(NAMESPACE)
                        .withResourceVersion(resourceVersion)
                        .watch(
                                new Watcher<>() {
                                    @Override
                                    public void eventReceived(Action action, DispersiveVolume any) {
                                        answer.complete(false);
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {
                                        answer.complete(cause.isHttpGone());
                                    }
                                })) {
            return answer.get(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (KubernetesClientException e) {
            return e.getCode() == HttpURLConnection.HTTP_GONE;
        }
    }
}
