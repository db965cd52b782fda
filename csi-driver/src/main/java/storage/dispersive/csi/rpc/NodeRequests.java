package storage.dispersive.csi.rpc;

import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.node.NodeVolumes.Writing;
import storage.dispersive.csi.node.StagingPath;
import storage.dispersive.csi.node.TargetPath;
import storage.dispersive.csi.node.VolumePath;
import storage.dispersive.csi.protocol.NodeExpandVolumeRequest;
import storage.dispersive.csi.protocol.NodeGetVolumeStatsRequest;
import storage.dispersive.csi.protocol.NodePublishVolumeRequest;
import storage.dispersive.csi.protocol.NodeStageVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnpublishVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnstageVolumeRequest;
import storage.dispersive.csi.protocol.VolumeCapability;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/** Reads what the node is asked for. */
final class NodeRequests {

    private static final String VOLUME_ID = "volume_id";
    private static final String STAGING = "staging_target_path";
    private static final String TARGET = "target_path";
    private static final String VOLUME_PATH = "volume_path";

    private NodeRequests() {}

    // A field that is missing is found before a volume that is, as callers are told of both so.

    static NodeVolumes.StageRequest stage(NodeStageVolumeRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        StagingPath staging =
                Fields.path(STAGING, request.getStagingTargetPath(), StagingPath::new);
        Capability capability =
                capability(request.hasVolumeCapability(), request.getVolumeCapability());
        Attachment attachment = new Attachment(Fields.generation(request.getPublishContextMap()));
        return new NodeVolumes.StageRequest(
                volume(request.getVolumeId()),
                staging,
                capability,
                attachment,
                Fields.map("volume_context", request.getVolumeContextMap()));
    }

    static NodeVolumes.UnstageRequest unstage(NodeUnstageVolumeRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        StagingPath staging =
                Fields.path(STAGING, request.getStagingTargetPath(), StagingPath::new);
        return new NodeVolumes.UnstageRequest(volume(request.getVolumeId()), staging);
    }

    static NodeVolumes.PublishRequest publish(NodePublishVolumeRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        TargetPath target = Fields.path(TARGET, request.getTargetPath(), TargetPath::new);
        Capability capability =
                capability(request.hasVolumeCapability(), request.getVolumeCapability());
        StagingPath staging =
                Fields.path(STAGING, request.getStagingTargetPath(), StagingPath::new);
        return new NodeVolumes.PublishRequest(
                volume(request.getVolumeId()),
                staging,
                target,
                capability,
                request.getReadonly() || !capability.mode().writes()
                        ? Writing.READ_ONLY
                        : Writing.READ_WRITE);
    }

    static NodeVolumes.UnpublishRequest unpublish(NodeUnpublishVolumeRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        TargetPath target = Fields.path(TARGET, request.getTargetPath(), TargetPath::new);
        return new NodeVolumes.UnpublishRequest(volume(request.getVolumeId()), target);
    }

    static NodeVolumes.StatsRequest stats(NodeGetVolumeStatsRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        VolumePath path = volumePath(request.getVolumePath());
        return new NodeVolumes.StatsRequest(volume(request.getVolumeId()), path);
    }

    static NodeVolumes.ExpandRequest expand(NodeExpandVolumeRequest request)
            throws BadRequestException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        VolumePath path = volumePath(request.getVolumePath());
        SizeRange range = Fields.range(request.getCapacityRange());
        return new NodeVolumes.ExpandRequest(volume(request.getVolumeId()), path, range);
    }

    /** Where no volume can be, there is none. */
    private static VolumePath volumePath(String text) throws BadRequestException {
        Fields.checkPath(VOLUME_PATH, text);
        try {
            return Fields.path(VOLUME_PATH, text, VolumePath::new);
        } catch (BadRequestException e) {
            throw new BadRequestException(new Refusal.Missing(e.why().text()));
        }
    }

    private static VolumeHandle volume(String id) throws BadRequestException {
        return Fields.volume(id, text -> new BadRequestException(new Refusal.Missing(text)));
    }

    private static Capability capability(boolean isThere, VolumeCapability capability)
            throws BadRequestException {
        if (!isThere) {
            throw new BadRequestException("volume_capability is missing");
        }
        return Capabilities.capability(capability);
    }
}
