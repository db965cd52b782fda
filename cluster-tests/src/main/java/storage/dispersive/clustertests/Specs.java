package storage.dispersive.clustertests;

import io.fabric8.kubernetes.api.model.Quantity;
import storage.dispersive.api.v1alpha1.DispersivePoolSpec;
import storage.dispersive.api.v1alpha1.DispersiveVolumeSpec;

/** What somebody wants, changed in one respect. */
public final class Specs {

    private Specs() {}

    public static DispersiveVolumeSpec withSize(DispersiveVolumeSpec spec, Quantity size) {
        return new DispersiveVolumeSpec(
                size,
                spec.dispersal(),
                spec.storage(),
                spec.placement(),
                spec.poolRef(),
                spec.network(),
                spec.encryption(),
                spec.reclaimPolicy());
    }

    public static DispersivePoolSpec withPods(DispersivePoolSpec spec, int pods) {
        return new DispersivePoolSpec(
                pods,
                spec.storage(),
                spec.placement(),
                spec.isolation(),
                spec.paths(),
                spec.reclaimPolicy());
    }
}
