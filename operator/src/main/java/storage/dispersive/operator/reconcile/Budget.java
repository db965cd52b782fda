package storage.dispersive.operator.reconcile;

import java.util.List;
import storage.dispersive.api.v1alpha1.DispersiveVolume;

/** How many storage pods may be taken away, beside those that are not ready. */
final class Budget {

    /** While no volume says how much it can do without. */
    private static final int UNKNOWN = 1;

    private Budget() {}

    /** Of a pool: what the most demanding of its volumes can do without. */
    static int mayBeMissing(List<DispersiveVolume> volumes) {
        return volumes.stream().mapToInt(Budget::mayBeMissing).min().orElse(UNKNOWN);
    }

    /** Of a pool as it is: none while it holds no volume, as each volume wants all of its pods. */
    static int mayBeMissingNow(List<DispersiveVolume> volumes) {
        return volumes.stream()
                .filter(Volumes::isFounded)
                .mapToInt(Budget::mayBeMissing)
                .min()
                .orElse(0);
    }

    /** Of a volume: its redundancy, less what was lost and is not made good. */
    static int mayBeMissing(DispersiveVolume volume) {
        return (int) Math.max(0, volume.getSpec().dispersal().redundancy() - Volumes.lost(volume));
    }
}
