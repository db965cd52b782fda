package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.cluster.ObservedClaim;
import storage.dispersive.operator.cluster.ObservedPod;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.reconcile.StoreQuestions.Place;
import storage.dispersive.operator.reconcile.StoreQuestions.Store;

/** How each storage pod of a pool is: a row of its status for each. */
final class PoolRows {

    /** What is used is told in steps, as each change of it is a call. */
    private static final long STEP_BYTES = 1L << 30;

    private final PortionRows rows;
    private final KnownStores stores;

    PoolRows(PortionRows rows, KnownStores stores) {
        this.rows = rows;
        this.stores = stores;
    }

    List<PoolPod> of(DispersivePool pool, ObservedSet set, List<DispersiveVolume> volumes) {
        Map<String, Store> told =
                stores.of(pool.getMetadata().getUid(), Optional.empty(), places(set));
        List<PoolPod> pods = new ArrayList<>();
        for (int ordinal = 0; ordinal < set.wanted().size(); ordinal++) {
            pods.add(row(ordinal, set, volumes, told));
        }
        return pods.stream().map(it -> withWhatWasKnown(it, pool)).toList();
    }

    /** Whether each pod that serves has said what it is. */
    boolean areTold(DispersivePool pool, ObservedSet set) {
        return stores.know(pool.getMetadata().getUid(), Optional.empty(), places(set));
    }

    private static List<Place> places(ObservedSet set) {
        return set.pods().stream().flatMap(it -> PortionRows.place(it).stream()).toList();
    }

    private PoolPod row(
            int ordinal, ObservedSet set, List<DispersiveVolume> volumes, Map<String, Store> told) {
        String name = set.wanted().podName(ordinal);
        Optional<ObservedPod> pod = set.pod(ordinal);
        Optional<Store> store = Optional.ofNullable(told.get(name));
        long capacity = set.claim(ordinal).map(ObservedClaim::capacityBytes).orElse(0L);
        return new PoolPod(
                ordinal,
                name,
                pod.flatMap(ObservedPod::address).orElse(null),
                pod.flatMap(ObservedPod::node).orElse(null),
                pod.flatMap(it -> rows.domain(it, set)).orElse(null),
                pod.map(PortionRows::state).orElse(Portion.State.PENDING),
                store.map(Store::incarnation).orElse(null),
                (int) volumes.stream().filter(it -> hasPortion(it, name)).count(),
                quantity(capacity),
                store.map(it -> quantity(used(capacity, it.freeBytes()))).orElse(null));
    }

    private static boolean hasPortion(DispersiveVolume volume, String pod) {
        return Volumes.recorded(volume).stream().anyMatch(it -> it.pod().equals(pod));
    }

    private static long used(long capacity, long free) {
        return Math.max(0, capacity - free) / STEP_BYTES * STEP_BYTES;
    }

    private static Quantity quantity(long bytes) {
        return new Quantity(Long.toString(bytes));
    }

    /** What a pod does not tell now it told before. */
    private static PoolPod withWhatWasKnown(PoolPod row, DispersivePool pool) {
        @Nullable PoolPod before =
                pool.getStatus() == null || pool.getStatus().pods() == null
                        ? null
                        : pool.getStatus().pods().stream()
                                .filter(it -> it.pod().equals(row.pod()))
                                .findFirst()
                                .orElse(null);
        if (before == null || row.incarnation() != null) {
            return row;
        }
        return new PoolPod(
                row.index(),
                row.pod(),
                row.address(),
                row.node(),
                row.domain(),
                row.state(),
                before.incarnation(),
                row.volumes(),
                row.capacity(),
                before.used());
    }
}
