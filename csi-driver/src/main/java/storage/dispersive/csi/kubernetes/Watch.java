package storage.dispersive.csi.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.csi.controller.ResourceException;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.volume.Refusal;

/** Looks at one resource until it is as it should be. Used by one thread. */
final class Watch {

    private final Resource<DispersiveVolume> resource;
    private final Predicate<StoredVolume> enough;
    private volatile @Nullable Sight last;

    Watch(Resource<DispersiveVolume> resource, Predicate<StoredVolume> enough) {
        this.resource = resource;
        this.enough = enough;
    }

    /**
     * Waits; woken by what changes.
     *
     * @throws KubernetesClientException if it cannot be looked at
     */
    Sight await(Duration patience) {
        CompletableFuture<List<DispersiveVolume>> end = resource.informOnCondition(this::look);
        try {
            end.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return seen();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return seen();
        } catch (ExecutionException e) {
            throw KubernetesClientException.launderThrowable(e);
        } finally {
            end.cancel(true);
        }
        return seen();
    }

    private boolean look(List<DispersiveVolume> there) {
        Sight now =
                there.stream()
                        .flatMap(it -> ResourceReading.read(it).stream())
                        .findFirst()
                        .<Sight>map(
                                it -> enough.test(it) ? new Sight.Enough(it) : new Sight.Late(it))
                        .orElseGet(Sight.Missing::new);
        last = now;
        return !(now instanceof Sight.Late);
    }

    private Sight seen() {
        Sight seen = last;
        if (seen == null) {
            throw new ResourceException(
                    new Refusal.NotYet("the API server has not told in time how the volume is"));
        }
        return seen;
    }
}
