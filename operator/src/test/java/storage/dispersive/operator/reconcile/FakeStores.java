package storage.dispersive.operator.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.DispersiveVolumeStatus;
import storage.dispersive.api.v1alpha1.Portion;

/** Stores in memory, by the names of pods, that found and forget; for reconcilers' tests only. */
final class FakeStores implements VolumeFounding, StoreQuestions {

    private final Map<String, FakeStore> byPod = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();

    private record FakeStore(String incarnation, Set<String> volumes) {}

    private FakeStore store(String pod) {
        return byPod.computeIfAbsent(
                pod,
                _ ->
                        new FakeStore(
                                UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                                ConcurrentHashMap.newKeySet()));
    }

    /** Its disk is another one now. */
    void wipe(String pod) {
        byPod.remove(pod);
    }

    /** It does not answer. */
    void silence(String pod) {
        silent.add(pod);
    }

    void hear(String pod) {
        silent.remove(pod);
    }

    Set<String> volumes(String pod) {
        return Set.copyOf(store(pod).volumes());
    }

    @Override
    public Outcome found(DispersiveVolume volume, List<Portion> pods, StatusRecord record) {
        Optional<Portion> absent =
                pods.stream().filter(it -> silent.contains(it.pod())).findFirst();
        if (absent.isPresent()) {
            return new Outcome.NotYet(absent.get().pod() + " does not answer");
        }
        DispersiveVolumeStatus known = volume.getStatus();
        String id =
                known == null || known.volumeId() == null
                        ? UUID.randomUUID().toString()
                        : known.volumeId();
        record.change(status -> with(status, id, pods));
        List<Portion> members = new ArrayList<>();
        for (Portion pod : pods) {
            store(pod.pod()).volumes().add(id);
            members.add(
                    new Portion(
                            pod.index(),
                            pod.pod(),
                            pod.address(),
                            pod.node(),
                            pod.domain(),
                            pod.state(),
                            store(pod.pod()).incarnation(),
                            1L,
                            null));
        }
        return new Outcome.Founded(
                record.change(status -> {
                    if (!Objects.equals(status.volumeId(), id)) {
                        throw new IllegalStateException("another attempt was recorded");
                    }
                    return with(status, id, members);
                }));
    }

    private static DispersiveVolumeStatus with(
            DispersiveVolumeStatus status, String id, List<Portion> portions) {
        return new DispersiveVolumeStatus(
                status.observedGeneration(),
                status.conditions(),
                id,
                status.capacity(),
                status.used(),
                status.claim(),
                status.mayBeMissing(),
                status.attachment(),
                portions,
                status.connections(),
                status.format());
    }

    @Override
    public List<String> forget(DispersiveVolume volume, List<Portion> pods) {
        String id = Objects.requireNonNull(volume.getStatus().volumeId());
        List<String> left = new ArrayList<>();
        for (Portion pod : pods) {
            if (silent.contains(pod.pod())) {
                left.add(pod.pod() + " does not answer");
            } else {
                store(pod.pod()).volumes().remove(id);
            }
        }
        return left;
    }

    @Override
    public Map<String, Store> describe(Optional<String> volumeId, List<Place> places) {
        Map<String, Store> told = new HashMap<>();
        for (Place place : places) {
            if (!silent.contains(place.pod())) {
                FakeStore store = store(place.pod());
                told.put(
                        place.pod(),
                        new Store(
                                store.incarnation(),
                                volumeId.filter(store.volumes()::contains).map(_ -> 0L),
                                1L << 30));
            }
        }
        return told;
    }
}
