package storage.dispersive.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import storage.dispersive.clustertests.OperatedCluster;

/** A real cluster, with the operator that the chart has installed. */
final class DeployedCluster extends OperatedCluster {

    private static final String CONTROL_PLANE = "dispersive-control-plane";

    private final String namespace;

    DeployedCluster(String namespace) {
        this.namespace = namespace;
    }

    @Override
    public KubernetesClient client() {
        return Cluster.CLIENT;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Duration patience() {
        return Cluster.PATIENCE;
    }

    @Override
    public void restartOperator(Template template) {
        switch (template) {
            case USUAL -> Chart.upgrade("image.storagePod.tag=", memory("320Mi"));
            case OTHER -> Chart.upgrade("image.storagePod.tag=", memory("321Mi"));
            case WITHOUT_IMAGE -> Chart.upgrade("image.storagePod.tag=nowhere", memory("320Mi"));
        }
    }

    private static String memory(String limit) {
        return "resources.storagePod.limits.memory=" + limit;
    }

    @Override
    public void loseDisk(String pod) {
        client().persistentVolumeClaims().inNamespace(namespace).withName("store-" + pod).delete();
        client().pods().inNamespace(namespace).withName(pod).delete();
    }

    @Override
    public void suspendServer() {
        Cluster.node("pause", CONTROL_PLANE);
    }

    @Override
    public void resumeServer() {
        Cluster.node("unpause", CONTROL_PLANE);
        Cluster.await("the API server answers", () -> client().getKubernetesVersion());
    }

    @Override
    public void clean() {
        Leftovers.clear();
    }
}
