package storage.dispersive.volume.keys;

import java.util.LinkedHashMap;
import java.util.Map;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.RunKey;
import storage.dispersive.seal.VolumeKey;

/**
 * Derives the keys of runs and keeps those used last, at most {@value #MOST_KEYS}. Used on the
 * loop's thread only.
 */
public final class RunKeys implements AutoCloseable {

    private static final int MOST_KEYS = 64;

    private final VolumeId volume;
    private final VolumeKey key;
    private final Map<RunId, RunKey> derived =
            new LinkedHashMap<>(2 * MOST_KEYS, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<RunId, RunKey> eldest) {
                    return size() > MOST_KEYS;
                }
            };

    public RunKeys(VolumeId volume, VolumeKey key) {
        this.volume = volume;
        this.key = key;
    }

    public RunKey of(RunId run) {
        return derived.computeIfAbsent(run, id -> key.forRun(volume, id));
    }

    /** Wipes the derived keys; the volume's key is the caller's. */
    @Override
    public void close() {
        derived.values().forEach(RunKey::close);
        derived.clear();
    }
}
