package storage.dispersive.csi.node;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import storage.dispersive.csi.node.FakeKernel.Connection;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.ProcessReport;
import storage.dispersive.engine.control.VolumeLine;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.mounter.VolumeKey;

/** An engine process in memory, as {@code docs/engine.md} says. One thread at a time. */
final class FakeEngines implements Engines {

    private final FakeKernel kernel;
    private final FakePods pods;
    private final Mishaps mishaps;
    private final Map<VolumeKey, Served> served = new TreeMap<>();
    private final Map<VolumeKey, Long> epochs = new TreeMap<>();

    FakeEngines(FakeKernel kernel, FakePods pods, Mishaps mishaps) {
        this.kernel = kernel;
        this.pods = pods;
        this.mishaps = mishaps;
    }

    private static final class Served {
        final long generation;
        long bytes;
        VolumeState state = VolumeState.STARTING;
        @Nullable Connection connection;

        Served(long generation, long bytes) {
            this.generation = generation;
            this.bytes = bytes;
        }
    }

    /** What {@link FakeCluster} describes volumes by. */
    record Description(VolumeKey key, long generation, long bytes) {

        static Description parse(String text) {
            List<String> words = List.of(text.split(" ", -1));
            return new Description(
                    new VolumeKey(words.get(0)),
                    Long.parseLong(words.get(1)),
                    Long.parseLong(words.get(2)));
        }

        @Override
        public String toString() {
            return key + " " + generation + " " + bytes;
        }
    }

    @Override
    public EngineAnswer ask(EngineRequest request) throws IOException {
        return mishaps.step(() -> answer(request), reason -> new IOException("" + reason));
    }

    private EngineAnswer answer(EngineRequest request) {
        return switch (request) {
            case EngineRequest.Attach(String text, String descriptor) ->
                    attach(Description.parse(text), new VolumeKey(descriptor));
            case EngineRequest.Detach(String volume, long generation) ->
                    detach(new VolumeKey(volume), generation);
            case EngineRequest.Status(String volume) -> status(new VolumeKey(volume));
            case EngineRequest.Survey() -> surveyed();
            case EngineRequest.Await(String volume, long _) -> {
                goOn(new VolumeKey(volume));
                yield status(new VolumeKey(volume));
            }
            case EngineRequest.Grow(String volume, long bytes) ->
                    grow(new VolumeKey(volume), bytes);
            case EngineRequest.Fenced(String volume, long generation) ->
                    fence(new VolumeKey(volume), generation);
            case EngineRequest.Roll _, EngineRequest.Limit _ -> refused(Reason.WRONG);
        };
    }

    private static EngineAnswer refused(Reason reason) {
        return new EngineAnswer.Refused(reason, reason.name(), "do something");
    }

    private EngineAnswer attach(Description wanted, VolumeKey descriptor) {
        Served before = served.get(wanted.key);
        if (before != null) {
            return before.generation == wanted.generation
                    ? status(wanted.key)
                    : refused(Reason.CONFLICT);
        }
        if (wanted.generation < epochs.getOrDefault(wanted.key, 0L)) {
            return refused(Reason.STALE);
        }
        if (kernel.kept(descriptor).isEmpty()) {
            return refused(Reason.NO_DESCRIPTOR);
        }
        Served now = new Served(wanted.generation, wanted.bytes);
        now.connection = kernel.kept(descriptor).orElseThrow();
        served.put(wanted.key, now);
        return status(wanted.key);
    }

    private EngineAnswer detach(VolumeKey key, long generation) {
        Served now = served.get(key);
        if (now != null && now.generation > generation) {
            return refused(Reason.CONFLICT);
        }
        served.remove(key);
        return new EngineAnswer.Detached(key.value());
    }

    private EngineAnswer status(VolumeKey key) {
        return report(key)
                .<EngineAnswer>map(EngineAnswer.Volume::new)
                .orElseGet(() -> refused(Reason.UNKNOWN_VOLUME));
    }

    private EngineAnswer surveyed() {
        var process = new ProcessReport(1, List.of(), List.of(), 0, 0, 0, 0, 0, 0, 0);
        List<VolumeLine> lines =
                served.keySet().stream()
                        .flatMap(it -> report(it).stream())
                        .map(it ->
                                new VolumeLine(
                                        it.volume(), it.generation(), it.state(), it.detail()))
                        .toList();
        return new EngineAnswer.Surveyed(process, lines);
    }

    private EngineAnswer grow(VolumeKey key, long bytes) {
        Served now = served.get(key);
        if (now != null && bytes < now.bytes) {
            return refused(Reason.WRONG);
        }
        if (now != null) {
            now.bytes = bytes;
        }
        return status(key);
    }

    private EngineAnswer fence(VolumeKey key, long generation) {
        Served now = served.get(key);
        if (now != null && generation <= now.generation) {
            return refused(Reason.CONFLICT);
        }
        if (now != null) {
            now.state = VolumeState.FENCED;
        }
        return status(key);
    }

    /** An engine starts as soon as it can. */
    void goOn(VolumeKey key) {
        Served now = served.get(key);
        if (now == null || now.state.isFinal()) {
            return;
        }
        FakePods.Stored stored = pods.of(key);
        if (now.connection == null) {
            now.connection = kernel.kept(key).orElse(null);
        }
        if (stored.fence > now.generation) {
            now.state = VolumeState.FENCED;
        } else if (stored.isBroken) {
            now.state = VolumeState.FAILED;
        } else if (now.connection != null) {
            now.state = stored.isAway ? VolumeState.RECOVERING : VolumeState.SERVING;
            stored.fence = now.generation;
            epochs.put(key, now.generation);
        }
    }

    /** All volumes' engines do what they can by themselves. */
    void goOn() {
        served.keySet().forEach(this::goOn);
    }

    /** How a volume is here; empty if it is not served. */
    Optional<VolumeReport> report(VolumeKey key) {
        return Optional.ofNullable(served.get(key))
                .map(it ->
                        new VolumeReport(
                                key.value(),
                                it.generation,
                                state(it),
                                "",
                                key.value(),
                                it.bytes,
                                0,
                                null,
                                null));
    }

    private static VolumeState state(Served now) {
        boolean hasLostItsMount = now.connection != null && !now.connection.isAlive;
        return hasLostItsMount && now.state != VolumeState.FENCED ? VolumeState.FAILED : now.state;
    }

    /** Whether what comes through a connection is answered, with an error perhaps. */
    boolean answers(VolumeKey key, Connection connection) {
        return has(key, connection)
                && report(key)
                        .filter(it -> it.state() == VolumeState.SERVING || it.state().isFinal())
                        .isPresent();
    }

    /** Whether what comes through a connection reaches the storage pods. */
    boolean serves(VolumeKey key, Connection connection) {
        return has(key, connection)
                && report(key).filter(it -> it.state() == VolumeState.SERVING).isPresent();
    }

    private boolean has(VolumeKey key, Connection connection) {
        Served now = served.get(key);
        return now != null && now.connection == connection && connection.isAlive;
    }

    /** The process has lost what it knew of a volume. */
    void forget(VolumeKey key) {
        served.remove(key);
    }

    /** As when the machine, or all keepers, were started anew. */
    void restartWithoutDescriptors() {
        for (Served now : served.values()) {
            now.connection = null;
            now.state = now.state == VolumeState.FENCED ? now.state : VolumeState.STARTING;
        }
    }

    /** It has recovered nothing yet. */
    void restart() {
        for (Served now : served.values()) {
            now.state = now.state == VolumeState.FENCED ? now.state : VolumeState.STARTING;
        }
    }
}
