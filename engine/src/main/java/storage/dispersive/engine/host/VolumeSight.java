package storage.dispersive.engine.host;

import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseEnd;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseStatus;
import storage.dispersive.engine.EngineReport;
import storage.dispersive.engine.OpenVolume;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;

/**
 * What there is of a volume at one moment, and what is told of it. Thread contract: any thread,
 * which may have to wait for the engine for {@value #REPORT_MILLIS} ms.
 *
 * @param open null while it has no engine
 * @param session null while nobody reads its requests
 * @param problem why it is not served, or empty
 */
record VolumeSight(
        Attachment attachment,
        @Nullable OpenVolume open,
        @Nullable FuseSession session,
        String problem) {

    private static final Logger log = LoggerFactory.getLogger(VolumeSight.class);
    private static final long REPORT_MILLIS = 2_000;

    VolumeReport report() {
        EngineReport engine = open == null ? null : engine(open);
        return new VolumeReport(
                attachment.id().toString(),
                attachment.volume().generation(),
                state(engine),
                detail(engine),
                attachment.descriptor(),
                attachment.sizeBytes(),
                attachment.bytesPerSecond(),
                engine,
                session == null ? null : fuse(session.status()));
    }

    private static @Nullable EngineReport engine(OpenVolume volume) {
        try {
            return volume.report("fuse", "", null)
                    .orTimeout(REPORT_MILLIS, TimeUnit.MILLISECONDS)
                    .join();
        } catch (CompletionException e) {
            log.debug("the engine of {} is too busy to say how it is", volume.volume().name(), e);
            return null;
        }
    }

    private VolumeState state(@Nullable EngineReport engine) {
        if (attachment.fencedBy() > 0) {
            return VolumeState.FENCED;
        }
        if (hasLostItsMount()) {
            return VolumeState.FAILED;
        }
        if (session == null || open == null) {
            return VolumeState.STARTING;
        }
        if (engine == null) {
            return VolumeState.RECOVERING;
        }
        return switch (engine.state()) {
            case "SERVING" -> VolumeState.SERVING;
            case "FENCED" -> VolumeState.FENCED;
            case "FAILED", "CLOSED" -> VolumeState.FAILED;
            default -> VolumeState.RECOVERING;
        };
    }

    private String detail(@Nullable EngineReport engine) {
        if (attachment.fencedBy() > 0) {
            return "attached elsewhere in generation " + attachment.fencedBy();
        }
        if (hasLostItsMount()) {
            return "its mount is gone";
        }
        if (session == null || open == null) {
            return problem;
        }
        return engine == null ? "the engine is too busy to say how it is" : engine.detail();
    }

    private boolean hasLostItsMount() {
        return session != null && session.end().getNow(FuseEnd.STOPPED) != FuseEnd.STOPPED;
    }

    private static VolumeReport.Fuse fuse(FuseStatus status) {
        return new VolumeReport.Fuse(
                status.reads(),
                status.readBytes(),
                status.writes(),
                status.writtenBytes(),
                status.zeroes(),
                status.resent(),
                status.failed(),
                status.busySlots(),
                status.bufferBytes(),
                status.lockedBufferBytes());
    }
}
