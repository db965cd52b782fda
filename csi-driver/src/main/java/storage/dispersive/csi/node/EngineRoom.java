package storage.dispersive.csi.node;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.csi.node.Descriptions.Described;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.EngineRequest;
import storage.dispersive.engine.control.VolumeLine;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.mounter.VolumeKey;

/** Asks the engine process for what a node wants of it. Calls end with a RefusedException. */
final class EngineRoom {

    /** One question; so long an engine may recover before the next one is asked. */
    private static final Duration ONE_WAIT = Duration.ofSeconds(20);

    private static final int MAX_WAITS = 6;

    private final Engines engines;

    EngineRoom(Engines engines) {
        this.engines = engines;
    }

    /** How a volume is here; empty if the process does not serve it. */
    Optional<VolumeReport> find(VolumeKey key) {
        return switch (ask(new EngineRequest.Status(key.value()))) {
            case EngineAnswer.Volume(VolumeReport report) -> Optional.of(report);
            case EngineAnswer.Refused(Reason reason, String _, String _)
                    when reason == Reason.UNKNOWN_VOLUME ->
                    Optional.empty();
            case EngineAnswer.Refused refused -> throw refused(refused);
            case EngineAnswer.Surveyed _, EngineAnswer.Detached _ -> throw strange();
        };
    }

    /** All that it serves, by what they are called. */
    Map<String, VolumeLine> all() {
        return switch (ask(new EngineRequest.Survey())) {
            case EngineAnswer.Surveyed surveyed -> {
                Map<String, VolumeLine> lines = new HashMap<>();
                surveyed.volumes().forEach(it -> lines.put(it.volume(), it));
                yield lines;
            }
            case EngineAnswer.Refused refused -> throw refused(refused);
            case EngineAnswer.Volume _, EngineAnswer.Detached _ -> throw strange();
        };
    }

    /** Has a volume served, from the descriptor that is called as the volume is. */
    void attach(Described volume) {
        expectVolume(new EngineRequest.Attach(volume.json().text(), volume.id().text()));
    }

    /** Waits until it serves. */
    void awaitServing(VolumeKey key) {
        VolumeReport report = waited(key);
        for (int i = 1; i < MAX_WAITS && !isOver(report.state()); i++) {
            report = waited(key);
        }
        switch (report.state()) {
            case SERVING -> {}
            case STARTING, RECOVERING ->
                    throw new RefusedException(
                            new Refusal.NotYet("the volume does not serve yet: " + of(report)));
            case FENCED ->
                    throw new RefusedException(
                            new Refusal.Hindered("another node uses the volume: " + of(report)));
            case FAILED ->
                    throw new RefusedException(
                            new Refusal.Failed("the volume cannot be served: " + of(report)));
        }
    }

    private static String of(VolumeReport report) {
        return report.detail().isEmpty() ? report.state().name() : report.detail();
    }

    private VolumeReport waited(VolumeKey key) {
        return expectVolume(new EngineRequest.Await(key.value(), ONE_WAIT.toMillis()));
    }

    private static boolean isOver(VolumeState state) {
        return state == VolumeState.SERVING || state.isFinal();
    }

    /** Tells it of a new size; what is larger already stays. */
    void grow(VolumeKey key, ByteSize size) {
        expectVolume(new EngineRequest.Grow(key.value(), size.bytes()));
    }

    /** Has every request of the volume fail from now on, if it is served at all. */
    void fence(VolumeKey key, Attachment newer) {
        switch (ask(new EngineRequest.Fenced(key.value(), newer.generation()))) {
            case EngineAnswer.Volume _, EngineAnswer.Detached _ -> {}
            case EngineAnswer.Refused(Reason reason, String _, String _)
                    when reason == Reason.UNKNOWN_VOLUME -> {}
            case EngineAnswer.Refused refused -> throw refused(refused);
            case EngineAnswer.Surveyed _ -> throw strange();
        }
    }

    /** Has it served no more. */
    void detach(VolumeKey key, Attachment attachment) {
        switch (ask(new EngineRequest.Detach(key.value(), attachment.generation()))) {
            case EngineAnswer.Detached _ -> {}
            case EngineAnswer.Refused refused -> throw refused(refused);
            case EngineAnswer.Volume _, EngineAnswer.Surveyed _ -> throw strange();
        }
    }

    private VolumeReport expectVolume(EngineRequest request) {
        return switch (ask(request)) {
            case EngineAnswer.Volume(VolumeReport report) -> report;
            case EngineAnswer.Refused refused -> throw refused(refused);
            case EngineAnswer.Surveyed _, EngineAnswer.Detached _ -> throw strange();
        };
    }

    private EngineAnswer ask(EngineRequest request) {
        try {
            return engines.ask(request);
        } catch (IOException e) {
            throw new RefusedException(
                    new Refusal.NotYet("the engine process does not answer: " + e.getMessage()), e);
        }
    }

    private static RefusedException refused(EngineAnswer.Refused refused) {
        String text = refused.why() + "; " + refused.hint();
        return new RefusedException(
                switch (refused.reason()) {
                    case BUSY -> new Refusal.Busy(text);
                    case CONFLICT, STALE -> new Refusal.Hindered(text);
                    case TOO_MANY_VOLUMES -> new Refusal.Full(text);
                    case NO_DESCRIPTOR, NOT_SERVING -> new Refusal.NotYet(text);
                    case WRONG, UNKNOWN_VOLUME, FAILED -> new Refusal.Failed(text);
                });
    }

    private static RefusedException strange() {
        return new RefusedException(
                new Refusal.Failed("the engine process answers what was not asked"));
    }
}
