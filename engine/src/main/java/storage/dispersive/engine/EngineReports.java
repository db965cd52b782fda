package storage.dispersive.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.seal.BlockSealer;
import storage.dispersive.transport.TlsIdentity;
import storage.dispersive.volume.EngineState;
import storage.dispersive.volume.EngineStatus;
import storage.dispersive.volume.PodStatus;

/** Makes reports of what an engine says of itself and of what its process knows besides. */
record EngineReports(AttachedVolume volume, String face, LinkReport links) {

    EngineReports(AttachedVolume volume, String face, VolumeLink link) {
        this(volume, face, new LinkReport(link, volume.peers()));
    }

    /** Before there is an engine. */
    EngineReport recovering(String detail) {
        return of(nothing(EngineState.RECOVERING, detail), "", null);
    }

    /** There will be no engine. */
    EngineReport failed(String why) {
        return of(nothing(EngineState.FAILED, why), "", null);
    }

    private EngineStatus nothing(EngineState state, String detail) {
        return new EngineStatus(state, detail, volume.epoch(), 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    /** {@code failure} is of the face, not of the engine. */
    EngineReport of(EngineStatus status, String device, @Nullable String failure) {
        List<EngineReport.Portion> portions = new ArrayList<>();
        List<EngineReport.Connection> connections = new ArrayList<>();
        for (PodStatus pod : status.pods()) {
            portions.add(
                    new EngineReport.Portion(
                            pod.slot(),
                            pod.podName(),
                            pod.state().name(),
                            pod.detail(),
                            pod.portionsSent(),
                            pod.bytesSent(),
                            pod.readsSent(),
                            pod.bytesRead()));
            connections.addAll(links.of(pod));
        }
        boolean ended = failure != null && status.state() == EngineState.SERVING;
        return new EngineReport(
                volume.name(),
                ProcessHandle.current().pid(),
                ended ? EngineState.FAILED.name() : status.state().name(),
                failure == null || !status.detail().isEmpty() ? status.detail() : failure,
                volume.epoch().toString(),
                face,
                device,
                status.nextSeq(),
                status.committedThrough(),
                status.podsThatMayStillFail(),
                status.mappedBlocks(),
                status.mapBytes(),
                status.longestCommitMillis(),
                status.dispersedAgain(),
                status.reconstructedReads(),
                portions,
                connections,
                new EngineReport.Backends(
                        ErasureCode.backend(), BlockSealer.backend(), TlsIdentity.backend()));
    }
}
