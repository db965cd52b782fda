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

    /** By the volume, the pods that were chosen for it a moment ago. */
    private final Map<Chosen, List<String>> chosen = new HashMap<>();

    private record Chosen(String poolUid, String volumeUid) {}

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
        List<PoolPod> begun = begun(volume, pool);
        if (begun.size() == portions) {
            return new Choice.Pods(begun);
        }
        Map<String, Integer> load = load(volume, pool, volumes);
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
        chosen.put(id(pool, volume), taken.stream().map(PoolPod::pod).toList());
        return new Choice.Pods(taken);
    }

    /**
     * Those with which an earlier attempt has begun, if they all serve: they may know it already.
     */
    private static List<PoolPod> begun(DispersiveVolume volume, DispersivePool pool) {
        List<PoolPod> serving = serving(pool);
        return pods(volume).stream()
                .flatMap(pod -> serving.stream().filter(it -> it.pod().equals(pod)))
                .toList();
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
        chosen.keySet().removeIf(it -> it.volumeUid().equals(volume.getMetadata().getUid()));
    }

    private Map<String, Integer> load(
            DispersiveVolume self, DispersivePool pool, List<DispersiveVolume> volumes) {
        Map<String, Integer> load = new HashMap<>();
        Set<Chosen> seen = new HashSet<>(Set.of(id(pool, self)));
        for (DispersiveVolume volume : volumes) {
            if (seen.add(id(pool, volume))) {
                List<String> recorded = pods(volume);
                List<String> held =
                        recorded.isEmpty()
                                ? chosen.getOrDefault(id(pool, volume), List.of())
                                : recorded;
                held.forEach(pod -> load.merge(pod, 1, Integer::sum));
            }
        }
        String uid = pool.getMetadata().getUid();
        chosen.keySet().removeIf(it -> it.poolUid().equals(uid) && !seen.contains(it));
        return load;
    }

    private static Chosen id(DispersivePool pool, DispersiveVolume volume) {
        return new Chosen(pool.getMetadata().getUid(), volume.getMetadata().getUid());
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
