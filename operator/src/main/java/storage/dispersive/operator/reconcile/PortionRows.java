package storage.dispersive.operator.reconcile;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.api.v1alpha1.Portion.State;
import storage.dispersive.operator.cluster.Nodes;
import storage.dispersive.operator.cluster.ObservedPod;
import storage.dispersive.operator.cluster.ObservedSet;
import storage.dispersive.operator.reconcile.StoreQuestions.Place;
import storage.dispersive.operator.reconcile.StoreQuestions.Store;

/** How the storage pod of each portion of a volume is: a row of its status for each. */
final class PortionRows {

    private static final String HOST_NAME = "kubernetes.io/hostname";

    private final Nodes nodes;
    private final KnownStores stores;

    PortionRows(Nodes nodes, KnownStores stores) {
        this.nodes = nodes;
        this.stores = stores;
    }

    /** Of a volume with storage pods of its own. */
    List<Portion> own(DispersiveVolume volume, ObservedSet set) {
        List<Place> places = new ArrayList<>();
        for (ObservedPod pod : set.pods()) {
            place(pod).ifPresent(places::add);
        }
        Map<String, Store> told = told(volume, places);
        List<Portion> rows = new ArrayList<>();
        for (int index = 0; index < set.wanted().size(); index++) {
            String name = set.wanted().podName(index);
            Optional<ObservedPod> pod = set.pod(index);
            Portion row =
                    new Portion(
                            index,
                            name,
                            pod.flatMap(ObservedPod::address).orElse(null),
                            pod.flatMap(ObservedPod::node).orElse(null),
                            pod.flatMap(it -> domain(it, set)).orElse(null),
                            pod.map(PortionRows::state).orElse(State.PENDING),
                            null,
                            null,
                            null);
            rows.add(judged(row, recorded(volume, index), told.get(name)));
        }
        return rows;
    }

    /** Of a volume in a pool, once pods were chosen for it. */
    List<Portion> pooled(DispersiveVolume volume, List<PoolPod> pods) {
        List<Place> places = new ArrayList<>();
        List<Portion> bare = new ArrayList<>();
        for (Portion recorded : Volumes.recorded(volume)) {
            Optional<PoolPod> pod =
                    pods.stream().filter(it -> it.pod().equals(recorded.pod())).findFirst();
            pod.flatMap(it -> place(volume, it)).ifPresent(places::add);
            bare.add(
                    pod.map(it -> on(it, recorded.index()))
                            .orElseGet(() -> Portion.unknown(recorded.index(), recorded.pod())));
        }
        Map<String, Store> told = told(volume, places);
        return bare.stream()
                .map(row -> judged(row, recorded(volume, row.index()), told.get(row.pod())))
                .toList();
    }

    /** A portion on a pod of a pool, of which no life is admitted. */
    static Portion on(PoolPod pod, int index) {
        return new Portion(
                index,
                pod.pod(),
                pod.address(),
                pod.node(),
                pod.domain(),
                pod.state(),
                null,
                null,
                null);
    }

    private Map<String, Store> told(DispersiveVolume volume, List<Place> places) {
        return Volumes.isFounded(volume)
                ? stores.of(
                        volume.getMetadata().getUid(),
                        Optional.ofNullable(volume.getStatus().volumeId()),
                        places)
                : Map.of();
    }

    static Optional<Place> place(ObservedPod pod) {
        return pod.isServing()
                ? pod.address()
                        .map(it ->
                                new Place(
                                        pod.pod().getMetadata().getNamespace(),
                                        pod.name(),
                                        it,
                                        pod.run()))
                : Optional.empty();
    }

    private static Optional<Place> place(DispersiveVolume volume, PoolPod pod) {
        return pod.state() == State.SERVING && pod.address() != null
                ? Optional.of(
                        new Place(
                                volume.getMetadata().getNamespace(),
                                pod.pod(),
                                pod.address(),
                                pod.address() + "/" + pod.incarnation()))
                : Optional.empty();
    }

    Optional<String> domain(ObservedPod pod, ObservedSet set) {
        String key = set.wanted().placement().topologyKey();
        return pod.node()
                .flatMap(node ->
                        nodes.label(node, key)
                                .or(() ->
                                        key.equals(HOST_NAME)
                                                ? Optional.of(node)
                                                : Optional.empty()));
    }

    static State state(ObservedPod pod) {
        if (pod.isServing()) {
            return State.SERVING;
        }
        return pod.node().isPresent() ? State.STARTING : State.PENDING;
    }

    /** A disk that is not the one that was admitted must not vote, whatever its pod says. */
    private static Portion judged(Portion row, Optional<Portion> recorded, @Nullable Store store) {
        String admitted = recorded.map(Portion::incarnation).orElse(null);
        boolean isWiped =
                row.state() == State.SERVING
                        && store != null
                        && admitted != null
                        && (!admitted.equals(store.incarnation()) || store.volumeBytes().isEmpty());
        Quantity bytes =
                store == null
                        ? null
                        : store.volumeBytes().map(it -> new Quantity(it.toString())).orElse(null);
        return new Portion(
                row.index(),
                row.pod(),
                row.address(),
                row.node(),
                row.domain(),
                isWiped ? State.WIPED : row.state(),
                admitted,
                recorded.map(Portion::admittedFromSeq).orElse(null),
                bytes);
    }

    private static Optional<Portion> recorded(DispersiveVolume volume, int index) {
        return Volumes.recorded(volume).stream().filter(it -> it.index() == index).findFirst();
    }
}
