package storage.dispersive.engine;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.portion.Epoch;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.VolumeSpec;

/**
 * What an engine is to serve, wherever that was written down.
 *
 * @param name for people
 * @param key empty if the pods have it between them
 * @param peers ordinary addresses of the pods by their names, for people
 */
public record AttachedVolume(
        String name,
        VolumeSpec spec,
        Epoch epoch,
        Optional<OwnKey> key,
        Map<String, String> peers) {

    public AttachedVolume {
        peers = Map.copyOf(peers);
    }

    /** Where a key is that is not split over the pods. */
    @FunctionalInterface
    public interface OwnKey {

        /** The key, which is the caller's to close. */
        VolumeKey read() throws IOException;
    }
}
