package storage.dispersive.operator.founding;

import java.util.List;
import java.util.Set;
import storage.dispersive.api.v1alpha1.Encryption;
import storage.dispersive.portion.Code;
import storage.dispersive.wire.PodName;

/**
 * A volume that is wanted.
 *
 * @param key DISPERSED: a key is made and split over the pods; SECRET: pods get nothing of it
 * @param pods who will hold it, by slot
 */
public record VolumeToFound(Code code, Encryption.Key key, List<PodName> pods) {

    public VolumeToFound {
        pods = List.copyOf(pods);
        if (pods.size() != code.portions() || Set.copyOf(pods).size() != pods.size()) {
            throw new IllegalArgumentException(
                    code + " needs " + code.portions() + " different pods, got " + pods);
        }
    }
}
