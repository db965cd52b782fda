package storage.dispersive.engine.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.engine.control.EngineAnswer;
import storage.dispersive.engine.control.EngineAnswer.Reason;
import storage.dispersive.engine.control.VolumeLine;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.description.DescriptionException;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.keeper.DescriptorName;
import storage.dispersive.portion.VolumeId;

/**
 * The volumes of a node that this process serves. For each volume one operation at a time; another
 * one is refused meanwhile. What fails for one volume is answered to who asked for it and changes
 * no other.
 *
 * <p>Thread contract: any thread. Operations wait for the node's disk, for keepers, and for
 * requests that are being answered, never for storage pods but as {@link #await} says.
 */
final class EngineHost implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EngineHost.class);

    /** As many as a keeper holds descriptors. */
    static final int MOST_VOLUMES = 120;

    private static final long MOST_AWAITED_MILLIS = 60_000;

    private final HostParts parts;
    private final Map<VolumeId, HostedVolume> volumes = new ConcurrentHashMap<>();
    private final Set<VolumeId> busy = ConcurrentHashMap.newKeySet();

    /** Whose a descriptor is: two sessions must never read one connection. */
    private final Map<DescriptorName, VolumeId> owners = new ConcurrentHashMap<>();

    private volatile List<String> damaged = List.of();

    EngineHost(HostParts parts) {
        this.parts = parts;
    }

    /** Something that is done with a volume. */
    private interface Operation {
        EngineAnswer run() throws IOException;
    }

    /**
     * Takes up all volumes that an earlier process served.
     *
     * @param inherited descriptors that process handed over; those that are used up are the host's
     */
    void takeUp(Map<DescriptorName, Descriptor> inherited) throws IOException {
        Attachments.Found found = parts.attachments().all();
        damaged = found.damaged();
        damaged.forEach(what -> log.error("a volume is not served: {}", what));
        for (Attachment attachment : found.readable()) {
            DescriptorName name = new DescriptorName(attachment.descriptor());
            VolumeId id = attachment.id();
            if (owners.putIfAbsent(name, id) != null) {
                log.error("volume {} is not served: {} is another one's", id, name);
                continue;
            }
            HostedVolume volume = new HostedVolume(parts, attachment, inherited.remove(name));
            volumes.put(id, volume);
            volume.begin();
        }
        if (!volumes.isEmpty()) {
            log.info("takes up {} volumes", volumes.size());
        }
    }

    /** Serves a volume from now on; answers before it does. */
    EngineAnswer attach(String description, String descriptor) {
        AttachRequest request;
        try {
            request = AttachRequest.parse(description, descriptor, parts.identities());
        } catch (DescriptionException e) {
            return new EngineAnswer.Refused(Reason.WRONG, e.getMessage(), e.hint());
        }
        return alone(request.id(), () -> attach(request));
    }

    private EngineAnswer attach(AttachRequest request) throws IOException {
        HostedVolume before = volumes.get(request.id());
        if (before != null) {
            return request.isThatOf(before.attachment())
                    ? new EngineAnswer.Volume(before.report())
                    : refused(
                            Reason.CONFLICT,
                            "volume " + request.id() + " is attached in another way",
                            "detach it first");
        }
        try {
            parts.epochs().check(request.id(), request.generation());
        } catch (Epochs.StaleGenerationException e) {
            return refused(Reason.STALE, e.getMessage(), "attach it in a higher generation");
        }
        VolumeId owner = owners.putIfAbsent(request.descriptor(), request.id());
        if (owner != null) {
            return refused(
                    Reason.CONFLICT,
                    request.descriptor() + " is the descriptor of volume " + owner,
                    "mount each volume for itself");
        }
        boolean done = false;
        try {
            EngineAnswer answer = begin(request);
            done = answer instanceof EngineAnswer.Volume;
            return answer;
        } finally {
            if (!done) {
                owners.remove(request.descriptor());
            }
        }
    }

    private EngineAnswer begin(AttachRequest request) throws IOException {
        if (owners.size() > MOST_VOLUMES) {
            return refused(
                    Reason.TOO_MANY_VOLUMES,
                    MOST_VOLUMES + " volumes are attached",
                    "use another node");
        }
        Optional<Descriptor> device = parts.keepers().fetch(request.descriptor());
        if (device.isEmpty()) {
            return refused(
                    Reason.NO_DESCRIPTOR,
                    "no keeper holds " + request.descriptor(),
                    "mount the volume, then attach it");
        }
        try {
            parts.attachments().write(request.attachment());
        } catch (IOException e) {
            device.get().close();
            throw e;
        }
        HostedVolume volume = new HostedVolume(parts, request.attachment(), device.get());
        volumes.put(request.id(), volume);
        volume.begin();
        return new EngineAnswer.Volume(volume.report());
    }

    /** Serves it no more; of an unknown volume that is done. */
    EngineAnswer detach(VolumeId id, long generation) {
        return alone(
                id,
                () -> {
                    HostedVolume volume = volumes.get(id);
                    if (volume == null) {
                        return new EngineAnswer.Detached(id.toString());
                    }
                    long attached = volume.attachment().volume().generation();
                    if (attached > generation) {
                        return refused(
                                Reason.CONFLICT,
                                "volume " + id + " is attached in generation " + attached,
                                "ask for that one");
                    }
                    volume.end(HostedVolume.Rest.FAILS);
                    parts.keepers().forget(volume.descriptor());
                    parts.attachments().delete(id);
                    volumes.remove(id);
                    owners.remove(volume.descriptor());
                    log.info("volume {} is detached", id);
                    return new EngineAnswer.Detached(id.toString());
                });
    }

    EngineAnswer status(VolumeId id) {
        HostedVolume volume = volumes.get(id);
        return volume == null ? unknown(id) : new EngineAnswer.Volume(volume.report());
    }

    /** Answers when the volume serves or never will, at the latest after the time. */
    EngineAnswer await(VolumeId id, long patienceMillis) {
        HostedVolume volume = volumes.get(id);
        if (volume == null) {
            return unknown(id);
        }
        long most = Math.clamp(patienceMillis, 0, MOST_AWAITED_MILLIS);
        try {
            var _ = volume.settled().get(most, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("volume {} does not serve after {} ms", id, most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("what never fails", e);
        }
        return status(id);
    }

    EngineAnswer grow(VolumeId id, long sizeBytes) {
        return with(
                id,
                volume -> {
                    Attachment now = volume.attachment();
                    if (sizeBytes < now.sizeBytes() || !AttachRequest.isSize(sizeBytes)) {
                        return refused(
                                Reason.WRONG,
                                now.sizeBytes() + " bytes cannot become " + sizeBytes,
                                "name a larger multiple of 4096");
                    }
                    if (sizeBytes > now.sizeBytes()) {
                        volume.change(now.grown(sizeBytes));
                    }
                    // Also if it had that size: the answer to the first time may have been lost.
                    volume.grow(sizeBytes);
                    return new EngineAnswer.Volume(volume.report());
                });
    }

    EngineAnswer roll(VolumeId id) {
        return with(
                id,
                volume ->
                        volume.roll()
                                ? new EngineAnswer.Volume(volume.report())
                                : refused(
                                        Reason.FAILED,
                                        "the engine of volume " + id + " has not started yet",
                                        "try again when it serves"));
    }

    EngineAnswer limit(VolumeId id, long bytesPerSecond) {
        return with(
                id,
                volume -> {
                    if (bytesPerSecond < 0 || !volume.isIsolated()) {
                        return refused(
                                Reason.WRONG,
                                "connections of volume " + id + " cannot be bounded so",
                                "name a rate, of a volume whose connections are isolated");
                    }
                    volume.change(volume.attachment().limited(bytesPerSecond));
                    volume.limit(bytesPerSecond);
                    return new EngineAnswer.Volume(volume.report());
                });
    }

    /** Another node has the volume in a higher generation: it writes nothing any more. */
    EngineAnswer fenced(VolumeId id, long generation) {
        return with(
                id,
                volume -> {
                    Attachment now = volume.attachment();
                    long attached = now.volume().generation();
                    if (generation <= attached) {
                        return refused(
                                Reason.CONFLICT,
                                "volume " + id + " is attached in generation " + attached,
                                "only a higher one fences it");
                    }
                    volume.change(now.fenced(generation));
                    volume.giveWay(generation);
                    return new EngineAnswer.Volume(volume.report());
                });
    }

    /** A line on each volume, in no order. */
    List<VolumeLine> lines() {
        List<VolumeLine> lines = new ArrayList<>();
        for (HostedVolume volume : volumes.values()) {
            VolumeReport report = volume.report();
            lines.add(
                    new VolumeLine(
                            report.volume(),
                            report.generation(),
                            report.state(),
                            brief(report.detail())));
        }
        return List.copyOf(lines);
    }

    private static String brief(String detail) {
        int most = 300;
        return detail.length() <= most ? detail : detail.substring(0, most) + "...";
    }

    List<HostedVolume> all() {
        return List.copyOf(volumes.values());
    }

    /** Files of attachments that could not be read at the start. */
    List<String> damaged() {
        return damaged;
    }

    boolean isEmpty() {
        return volumes.isEmpty();
    }

    private interface VolumeOperation {
        EngineAnswer run(HostedVolume volume) throws IOException;
    }

    private EngineAnswer with(VolumeId id, VolumeOperation operation) {
        return alone(
                id,
                () -> {
                    HostedVolume volume = volumes.get(id);
                    return volume == null ? unknown(id) : operation.run(volume);
                });
    }

    private EngineAnswer alone(VolumeId id, Operation operation) {
        if (!busy.add(id)) {
            return refused(
                    Reason.BUSY, "something else is being done with volume " + id, "try again");
        }
        try {
            return operation.run();
        } catch (IOException | CompletionException e) {
            log.warn("volume {}: {}", id, e.getMessage(), e);
            return refused(Reason.FAILED, String.valueOf(e.getMessage()), "try again");
        } finally {
            busy.remove(id);
        }
    }

    private static EngineAnswer unknown(VolumeId id) {
        return refused(
                Reason.UNKNOWN_VOLUME, "volume " + id + " is not attached", "attach it first");
    }

    private static EngineAnswer refused(Reason reason, @Nullable String why, String hint) {
        return new EngineAnswer.Refused(reason, String.valueOf(why), hint);
    }

    /** Ends all volumes at once; a later process takes them up. */
    @Override
    public void close() {
        parts.openers().close();
        List<Thread> ending =
                all().stream()
                        .map(volume ->
                                Thread.ofPlatform()
                                        .name("end")
                                        .start(() -> volume.end(HostedVolume.Rest.STAYS)))
                        .toList();
        for (Thread thread : ending) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
