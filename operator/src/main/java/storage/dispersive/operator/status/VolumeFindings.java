package storage.dispersive.operator.status;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.api.v1alpha1.DispersiveVolume;
import storage.dispersive.api.v1alpha1.Portion;
import storage.dispersive.operator.pods.ClaimSize;

/**
 * All that was found of a volume at one time.
 *
 * @param volume as it was read
 * @param portions by index; empty where no storage pods are known
 * @param founding whether the storage pods have made room for it
 * @param hindrance what keeps it from being founded, or a storage pod from serving
 * @param claim what each of its own storage pods claims, once all claims have that
 * @param roll what is said of storage pods that are replaced by newer ones
 * @param held what keeps it from being deleted, as somebody wants
 */
public record VolumeFindings(
        DispersiveVolume volume,
        List<Portion> portions,
        Founding founding,
        Optional<Hindrance> hindrance,
        Growth growth,
        Optional<ClaimSize> claim,
        Optional<String> roll,
        Optional<Hindrance> held) {

    /** Whether storage pods have made room for a volume. */
    public enum Founding {
        TO_COME,
        DONE
    }

    public VolumeFindings {
        portions = List.copyOf(portions);
    }

    /** Of a volume of which only this is known. */
    public static VolumeFindings hindered(
            DispersiveVolume volume, Founding founding, Hindrance hindrance) {
        return new VolumeFindings(
                volume,
                List.of(),
                founding,
                Optional.of(hindrance),
                Growth.DONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same of a volume that is to be deleted. */
    public VolumeFindings heldBy(Hindrance why) {
        return new VolumeFindings(
                volume, portions, founding, hindrance, growth, claim, roll, Optional.of(why));
    }

    int data() {
        return volume.getSpec().dispersal().data();
    }

    int redundancy() {
        return volume.getSpec().dispersal().redundancy();
    }

    int count(Portion.State state) {
        return (int) portions.stream().filter(it -> it.state() == state).count();
    }

    /** Storage pods without which writes stop: reads need k of them, new stripes m + 1. */
    int needed() {
        return Math.max(data(), redundancy() + 1);
    }

    /** How many more storage pods may be missing while reads and writes go on. */
    public int mayBeMissing() {
        return Math.max(0, count(Portion.State.SERVING) - needed());
    }

    /** Portions in each failure domain that is known. */
    Map<String, Integer> perDomain() {
        Map<String, Integer> counts = new HashMap<>();
        for (Portion portion : portions) {
            if (portion.domain() != null) {
                counts.merge(portion.domain(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
