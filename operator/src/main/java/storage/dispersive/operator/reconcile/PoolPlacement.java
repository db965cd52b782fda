package storage.dispersive.operator.reconcile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.api.v1alpha1.WhenUnsatisfiable;

/**
 * Chooses storage pods of a pool for a volume, of those that serve: spread over failure domains, no
 * more in one than the pool's placement allows and redundancy permits; of these the ones with the
 * fewest portions, and then with the most free space. Choices that no cache shows yet are
 * remembered, so that volumes that come at the same time are spread, too. For any thread.
 */
final class PoolPlacement {

    /** By the volume's UID, the pods that were chosen for it a moment ago. */
    private final Map<String, List<String>> chosen = new HashMap<>();

    /** What came of a choice. */
    sealed interface Choice {
        record Pods(List<PoolPod> byIndex) implements Choice {
            public Pods {
                byIndex = List.copyOf(byIndex);
            }
        }

        /**
         * There are too few that it could have.
         *
         * @param why for people
         */
        record None(String why) implements Choice {}
    }

    /**
     * Chooses a pod for each portion.
     *
     * @param volumes all of the pool that are known
     */
    synchronized Choice choose(
            DispersiveVolume volume, DispersivePool pool, List<DispersiveVolume> volumes) {
        int portions = volume.getSpec().dispersal().portions();
        Map<String, Integer> load = load(volume, volumes);
        int most = mostPerDomain(volume, pool);
        List<PoolPod> free = new ArrayList<>(serving(pool));
        Map<String, Integer> perDomain = new HashMap<>();
        List<PoolPod> taken = new ArrayList<>();
        while (taken.size() < portions) {
            Optional<PoolPod> next =
                    free.stream()
                            .filter(it -> perDomain.getOrDefault(domain(it), 0) < most)
                            .min(preference(perDomain, load));
            if (next.isEmpty()) {
                break;
            }
            free.remove(next.get());
            taken.add(next.get());
            perDomain.merge(domain(next.get()), 1, Integer::sum);
        }
        if (taken.size() < portions) {
            return new Choice.None(
                    "of the "
                            + portions
                            + " storage pods that it needs, the pool "
                            + pool.getMetadata().getName()
                            + " has "
                            + taken.size()
                            + " that serve, with at most "
                            + most
                            + " in one failure domain; let the pool grow (spec.pods), or mend it");
        }
        chosen.put(volume.getMetadata().getUid(), taken.stream().map(PoolPod::pod).toList());
        return new Choice.Pods(taken);
    }

    private static Comparator<PoolPod> preference(
            Map<String, Integer> perDomain, Map<String, Integer> load) {
        return Comparator.<PoolPod>comparingInt(it -> perDomain.getOrDefault(domain(it), 0))
                .thenComparingInt(it -> load.getOrDefault(it.pod(), 0))
                .thenComparing(Comparator.comparingLong(PoolPlacement::freeBytes).reversed())
                .thenComparingInt(PoolPod::index);
    }

    /** A pod whose domain is not known is one of its own. */
    private static String domain(PoolPod pod) {
        return Objects.requireNonNullElse(pod.domain(), pod.pod());
    }

    /** Forgets a volume that is gone. */
    synchronized void forget(DispersiveVolume volume) {
        chosen.remove(volume.getMetadata().getUid());
    }

    private Map<String, Integer> load(DispersiveVolume self, List<DispersiveVolume> volumes) {
        Map<String, Integer> load = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (DispersiveVolume volume : volumes) {
            String uid = volume.getMetadata().getUid();
            if (!uid.equals(self.getMetadata().getUid()) && seen.add(uid)) {
                List<String> recorded = pods(volume);
                List<String> held =
                        recorded.isEmpty() ? chosen.getOrDefault(uid, List.of()) : recorded;
                held.forEach(pod -> load.merge(pod, 1, Integer::sum));
            }
        }
        chosen.keySet().retainAll(union(seen, self.getMetadata().getUid()));
        return load;
    }

    private static Set<String> union(Set<String> all, String one) {
        Set<String> union = new HashSet<>(all);
        union.add(one);
        return union;
    }

    private static List<String> pods(DispersiveVolume volume) {
        return volume.getStatus() == null || volume.getStatus().portions() == null
                ? List.of()
                : volume.getStatus().portions().stream().map(Portion::pod).toList();
    }

    private static List<PoolPod> serving(DispersivePool pool) {
        DispersivePoolStatus status = pool.getStatus();
        return status == null || status.pods() == null
                ? List.of()
                : status.pods().stream().filter(it -> it.state() == Portion.State.SERVING).toList();
    }

    private static long freeBytes(PoolPod pod) {
        return pod.capacity() == null || pod.used() == null
                ? 0
                : pod.capacity().getNumericalAmount().longValue()
                        - pod.used().getNumericalAmount().longValue();
    }

    /** Never more than may be lost, unless the pool was made to be spread less. */
    private static int mostPerDomain(DispersiveVolume volume, DispersivePool pool) {
        if (pool.getSpec().placement().whenUnsatisfiable() == WhenUnsatisfiable.SCHEDULE_ANYWAY) {
            return Integer.MAX_VALUE;
        }
        return Math.min(
                pool.getSpec().placement().portionsPerDomain(),
                volume.getSpec().dispersal().redundancy());
    }
}
