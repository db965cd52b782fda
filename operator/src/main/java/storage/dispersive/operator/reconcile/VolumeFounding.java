package storage.dispersive.operator.reconcile;

import java.util.List;
import java.util.function.UnaryOperator;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;

/** Has storage pods make room for volumes, and forget them. Waits for them; for any thread. */
public interface VolumeFounding {

    /** What came of it. */
    sealed interface Outcome {
        /**
         * All storage pods have made room for it.
         *
         * @param volume as it is recorded now
         */
        record Founded(DispersiveVolume volume) implements Outcome {}

        /**
         * Not all have; it is tried again.
         *
         * @param why for people
         */
        record NotYet(String why) implements Outcome {}
    }

    /** Records what is decided, by compare-and-set. */
    interface StatusRecord {
        /**
         * Changes the status; what the change throws ends it.
         *
         * @param change perhaps called again, with what somebody else wrote meanwhile
         */
        DispersiveVolume change(UnaryOperator<DispersiveVolumeStatus> change);
    }

    /**
     * Founds a volume that is not founded.
     *
     * @param pods one of each portion, all of which serve
     */
    Outcome found(DispersiveVolume volume, List<Portion> pods, StatusRecord record);

    /**
     * Deletes all that storage pods hold of a founded volume.
     *
     * @param pods that hold it, with their addresses as they are now
     * @return why not all have, for people; empty when they have
     */
    List<String> forget(DispersiveVolume volume, List<Portion> pods);
}
