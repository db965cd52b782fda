package storage.dispersive.operator.stores;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.Dispersal;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.founding.Forgetting;
import storage.dispersive.operator.founding.FoundingOutcome;
import storage.dispersive.operator.founding.Holding;
import storage.dispersive.operator.founding.PodNames;
import storage.dispersive.operator.founding.PortionSurvey;
import storage.dispersive.operator.founding.Serving;
import storage.dispersive.operator.founding.StoragePods;
import storage.dispersive.operator.founding.VolumeRemoval;
import storage.dispersive.operator.founding.VolumeToFound;
import storage.dispersive.operator.reconcile.StoreQuestions;
import storage.dispersive.operator.reconcile.VolumeFounding;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodName;

/** Founds, describes and forgets volumes for reconcilers. For any thread; waits for pods. */
public final class StoresInCluster implements VolumeFounding, StoreQuestions {

    private final AskedPods places;
    private final storage.dispersive.operator.founding.VolumeFounding founding;
    private final PortionSurvey survey;
    private final VolumeRemoval removal;

    public StoresInCluster(AskedPods places, StoragePods pods) {
        this.places = places;
        this.founding = new storage.dispersive.operator.founding.VolumeFounding(pods);
        this.survey = new PortionSurvey(pods);
        this.removal = new VolumeRemoval(pods);
    }

    @Override
    public Outcome found(DispersiveVolume volume, List<Portion> pods, StatusRecord record) {
        Dispersal dispersal = volume.getSpec().dispersal();
        VolumeToFound wanted =
                new VolumeToFound(
                        new Code(dispersal.data(), dispersal.redundancy()),
                        volume.getSpec().encryption().key(),
                        named(volume, pods));
        FoundingInResource recorded = new FoundingInResource(volume, record);
        return switch (founding.attempt(wanted, recorded)) {
            case FoundingOutcome.Founded _ ->
                    recorded.seen()
                            .<Outcome>map(Outcome.Founded::new)
                            // Else its row would say that it is not founded, and nobody look again.
                            .orElseGet(() -> new Outcome.NotYet("another operator has founded it"));
            case FoundingOutcome.Waiting(List<String> reasons) ->
                    new Outcome.NotYet(String.join("; ", reasons));
            case FoundingOutcome.Lost(String why) -> new Outcome.NotYet(why);
        };
    }

    /** By index; one without an address is asked at the one that it had. */
    private List<PodName> named(DispersiveVolume volume, List<Portion> pods) {
        String namespace = volume.getMetadata().getNamespace();
        List<PodName> names = new ArrayList<>();
        for (Portion pod : pods) {
            names.add(
                    pod.address() == null
                            ? PodNames.of(pod.pod(), namespace)
                            : places.at(namespace, pod.pod(), pod.address()));
        }
        return names;
    }

    @Override
    public List<String> forget(DispersiveVolume volume, List<Portion> pods) {
        VolumeId id = VolumeId.parse(Objects.requireNonNull(volume.getStatus().volumeId()));
        long generation =
                volume.getStatus().attachment() == null
                        ? 0
                        : volume.getStatus().attachment().generation();
        List<String> left = new ArrayList<>();
        removal.forget(id, named(volume, pods), generation)
                .forEach((pod, became) -> {
                    if (became instanceof Forgetting.Left(String why)) {
                        left.add(pod.value() + ": " + why);
                    }
                });
        return left;
    }

    @Override
    public Map<String, Store> describe(Optional<String> volumeId, List<Place> asked) {
        Map<PodName, String> podsByName = new HashMap<>();
        for (Place place : asked) {
            podsByName.put(places.at(place.namespace(), place.pod(), place.address()), place.pod());
        }
        Map<String, Store> told = new HashMap<>();
        if (volumeId.isPresent()) {
            survey.describe(VolumeId.parse(volumeId.get()), podsByName.keySet())
                    .forEach((pod, holding) ->
                            store(holding).ifPresent(it -> told.put(podsByName.get(pod), it)));
        } else {
            survey.describe(podsByName.keySet())
                    .forEach((pod, serving) -> {
                        if (serving instanceof Serving.Up(var incarnation, long freeBytes)) {
                            told.put(
                                    podsByName.get(pod),
                                    new Store(incarnation.toString(), Optional.empty(), freeBytes));
                        }
                    });
        }
        return told;
    }

    private static Optional<Store> store(Holding holding) {
        return switch (holding) {
            case Holding.Held(var incarnation, long _, long volumeBytes, long freeBytes) ->
                    Optional.of(
                            new Store(incarnation.toString(), Optional.of(volumeBytes), freeBytes));
            case Holding.UnknownVolume(var incarnation, long freeBytes) ->
                    Optional.of(new Store(incarnation.toString(), Optional.empty(), freeBytes));
            case Holding.Down(String _) -> Optional.empty();
        };
    }
}
