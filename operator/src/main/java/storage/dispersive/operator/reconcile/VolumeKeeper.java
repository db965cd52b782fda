package storage.dispersive.operator.reconcile;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.operator.status.Hindrance;
import storage.dispersive.operator.status.VolumeFindings;

/** Brings volumes forward that have storage pods of one kind: their own, or a pool's. */
interface VolumeKeeper {

    /** Does what can be done now, and says what there is then. */
    VolumeFindings bringForward(DispersiveVolume volume, Context<DispersiveVolume> context);

    /**
     * Lets go of a volume that is deleted and not attached.
     *
     * @return what still keeps it
     */
    Optional<Hindrance> release(DispersiveVolume volume, Context<DispersiveVolume> context);
}
