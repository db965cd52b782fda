package storage.dispersive.operator.stores;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.operator.founding.Founding;
import storage.dispersive.operator.founding.FoundingInStatus;
import storage.dispersive.operator.founding.FoundingRecord;

/** The founding of one volume as the status of its resource has it. */
final class FoundingInResource implements FoundingRecord {

    private final KubernetesClient client;
    private final DispersiveVolume volume;

    FoundingInResource(KubernetesClient client, DispersiveVolume volume) {
        this.client = client;
        this.volume = volume;
    }

    @Override
    public Optional<Snapshot> read() {
        return present()
                .map(it ->
                        new Snapshot(
                                it.getMetadata().getResourceVersion(),
                                FoundingInStatus.read(it.getStatus(), namespace())));
    }

    /** The resource as it is; empty if it is gone, or another one of its name is there. */
    Optional<DispersiveVolume> present() {
        return Optional.ofNullable(resource().get())
                .filter(it -> it.getMetadata().getUid().equals(volume.getMetadata().getUid()));
    }

    private Resource<DispersiveVolume> resource() {
        return client.resources(DispersiveVolume.class)
                .inNamespace(namespace())
                .withName(volume.getMetadata().getName());
    }

    private String namespace() {
        return volume.getMetadata().getNamespace();
    }

    @Override
    public Written compareAndSet(Snapshot expected, Founding next) {
        Optional<DispersiveVolume> now = present();
        if (now.isEmpty()
                || !now.get().getMetadata().getResourceVersion().equals(expected.version())) {
            return Written.CHANGED;
        }
        DispersiveVolume written = now.get();
        written.setStatus(FoundingInStatus.write(written.getStatus(), next, namespace()));
        try {
            // The server compares the version that it was read in.
            client.resource(written).updateStatus();
            return Written.DONE;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Written.CHANGED;
            }
            throw e;
        }
    }
}
