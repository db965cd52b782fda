package storage.dispersive.trials.capture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;

/** Records all that is said to the pods of a local SAN. */
public final class Wiretap implements AutoCloseable {

    private final SortedMap<String, RecordingRelay> relays = new TreeMap<>();

    private Wiretap() {}

    /** Who looks for a pod in the record of a shared SAN finds a relay to it from now on. */
    public static Wiretap on(SanHome home) throws IOException {
        return on(home, Optional.empty());
    }

    /** As above, and somebody may alter what is said. */
    public static Wiretap on(SanHome home, Meddler meddler) throws IOException {
        return on(home, Optional.of(meddler));
    }

    private static Wiretap on(SanHome home, Optional<Meddler> meddler) throws IOException {
        SanRecord san = SanRecord.of(home);
        Wiretap tap = new Wiretap();
        List<PodRecord> tapped = new ArrayList<>();
        for (PodRecord pod : san.pods()) {
            RecordingRelay relay = new RecordingRelay(pod.port(), meddler);
            tap.relays.put(pod.name(), relay);
            tapped.add(
                    new PodRecord(
                            pod.name(), pod.store(), pod.host(), relay.port(), pod.healthPort()));
        }
        new SanRecord(san.format(), san.stores(), san.segmentSizeBytes(), san.network(), tapped)
                .save(home);
        return tap;
    }

    /** All conversations by pod, once they have ended; it listens no more. */
    public SortedMap<String, List<Conversation>> conversations()
            throws IOException, InterruptedException {
        SortedMap<String, List<Conversation>> all = new TreeMap<>();
        for (String pod : relays.keySet()) {
            all.put(pod, relays.get(pod).conversations());
        }
        return all;
    }

    /** How many connections to pods there have been. */
    public int calls() {
        return relays.values().stream().mapToInt(RecordingRelay::calls).sum();
    }

    /** How many connections go on in which something was altered. */
    public long alteredAndOpen() {
        return relays.values().stream().mapToLong(RecordingRelay::alteredAndOpen).sum();
    }

    @Override
    public void close() {
        relays.values().forEach(RecordingRelay::close);
    }
}
