package storage.dispersive.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.reconcile.PoolPlacement.Choice;

class PoolPlacementTest {

    private final PoolPlacement placement = new PoolPlacement();

    private static DispersiveVolume volume(String uid) {
        return Serialization.unmarshal(
                """
                metadata: {name: %s, uid: %s}
                spec: {size: 1Gi, dispersal: {data: 2, redundancy: 1}, poolRef: {name: p}}
                """
                        .formatted(uid, uid),
                DispersiveVolume.class);
    }

    private static DispersivePool pool(String uid, String placement, PoolPod... pods) {
        DispersivePool pool =
                Serialization.unmarshal(
                        """
                        metadata: {name: p, uid: %s}
                        spec: {pods: %d, placement: {%s}}
                        """
                                .formatted(uid, pods.length, placement),
                        DispersivePool.class);
        pool.setStatus(new DispersivePoolStatus(null, null, null, null, null, null, List.of(pods)));
        return pool;
    }

    private static PoolPod pod(int index, String domain, Portion.State state, String used) {
        return new PoolPod(
                index,
                "p-" + index,
                "10.0.0." + index,
                domain,
                domain,
                state,
                "0000000000000000",
                0,
                new Quantity("10Gi"),
                new Quantity(used));
    }

    private static PoolPod pod(int index, String domain) {
        return pod(index, domain, Portion.State.SERVING, "0");
    }

    private static final String ONE = "portionsPerDomain: 1, whenUnsatisfiable: DoNotSchedule";

    private List<String> choose(
            DispersiveVolume volume, DispersivePool pool, List<DispersiveVolume> all) {
        return placement.choose(volume, pool, all) instanceof Choice.Pods(List<PoolPod> chosen)
                ? chosen.stream().map(PoolPod::pod).toList()
                : List.of();
    }

    @Test
    void theFewestPortionsFirstAlsoWhereNobodyHasRecordedThemYet() {
        DispersivePool pool =
                pool("a", ONE, pod(0, "x"), pod(1, "y"), pod(2, "z"), pod(3, "u"), pod(4, "v"));
        List<DispersiveVolume> all = List.of(volume("1"), volume("2"), volume("3"));
        List<String> taken = new ArrayList<>();
        all.forEach(it -> taken.addAll(choose(it, pool, all)));
        assertThat(taken)
                .containsExactly("p-0", "p-1", "p-2", "p-3", "p-4", "p-0", "p-1", "p-2", "p-3");
    }

    /** Fails if what is chosen in one pool is forgotten when one is chosen in another. */
    @Test
    void poolsDoNotForgetEachOthersChoices() {
        DispersivePool one =
                pool("a", ONE, pod(0, "x"), pod(1, "y"), pod(2, "z"), pod(3, "u"), pod(4, "v"));
        DispersivePool other = pool("b", ONE, pod(0, "x"), pod(1, "y"), pod(2, "z"));
        List<DispersiveVolume> all = List.of(volume("1"), volume("2"));
        assertThat(choose(all.getFirst(), one, all)).containsExactly("p-0", "p-1", "p-2");
        assertThat(choose(volume("9"), other, List.of(volume("9")))).hasSize(3);
        assertThat(choose(all.getLast(), one, all)).startsWith("p-3", "p-4");
    }

    @Test
    void theMostFreeSpaceAmongEqualOnes() {
        DispersivePool pool =
                pool(
                        "a",
                        ONE,
                        pod(0, "x", Portion.State.SERVING, "9Gi"),
                        pod(1, "y"),
                        pod(2, "z"),
                        pod(3, "u"));
        assertThat(choose(volume("1"), pool, List.of())).containsExactly("p-1", "p-2", "p-3");
    }

    @Test
    void onlyThoseThatServeAndNoMoreInADomainThanMayBeLost() {
        PoolPod dead = pod(3, "u", Portion.State.STARTING, "0");
        DispersivePool pool = pool("a", ONE, pod(0, "x"), pod(1, "x"), pod(2, "y"), dead);
        assertThat(placement.choose(volume("1"), pool, List.of()))
                .isInstanceOfSatisfying(
                        Choice.None.class,
                        it ->
                                assertThat(it.why())
                                        .contains("of the 3 storage pods", "has 2 that serve")
                                        .contains("let the pool grow"));
        String two = "portionsPerDomain: 2, whenUnsatisfiable: DoNotSchedule";
        assertThat(choose(volume("1"), pool("b", two, pod(0, "x"), pod(1, "x")), List.of()))
                .as("redundancy is 1")
                .isEmpty();
        String anyway = "portionsPerDomain: 1, whenUnsatisfiable: ScheduleAnyway";
        assertThat(
                        choose(
                                volume("1"),
                                pool("c", anyway, pod(0, "x"), pod(1, "x"), pod(2, "x")),
                                List.of()))
                .hasSize(3);
    }
}
