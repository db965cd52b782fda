package storage.dispersive.operator.status;

import java.util.List;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.Portion;

/**
 * All that was found of a pool at one time.
 *
 * @param pool as it was read
 * @param pods by ordinal
 * @param mayBeMissing of its pods, by the most demanding of the volumes that it holds; 0 without
 * @param volumes that have portions here, or want to
 * @param hindrance what keeps storage pods from serving
 * @param roll what is said of storage pods that are replaced by newer ones
 */
public record PoolFindings(
        DispersivePool pool,
        List<PoolPod> pods,
        int mayBeMissing,
        int volumes,
        Optional<Hindrance> hindrance,
        Growth growth,
        Optional<String> roll) {

    public PoolFindings {
        pods = List.copyOf(pods);
    }

    /** Of a pool of whose pods nothing is known. */
    public static PoolFindings hindered(DispersivePool pool, int volumes, Hindrance hindrance) {
        return new PoolFindings(
                pool, List.of(), 0, volumes, Optional.of(hindrance), Growth.DONE, Optional.empty());
    }

    int serving() {
        return (int) pods.stream().filter(it -> it.state() == Portion.State.SERVING).count();
    }

    int missing() {
        return pool.getSpec().pods() - serving();
    }
}
