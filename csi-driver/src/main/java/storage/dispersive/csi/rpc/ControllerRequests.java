package storage.dispersive.csi.rpc;

import java.util.List;
import java.util.Map;
import storage.dispersive.csi.controller.Leaver;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.Volumes;
import storage.dispersive.csi.protocol.CapacityRange;
import storage.dispersive.csi.protocol.ControllerModifyVolumeRequest;
import storage.dispersive.csi.protocol.ControllerPublishVolumeRequest;
import storage.dispersive.csi.protocol.CreateVolumeRequest;
import storage.dispersive.csi.protocol.GetCapacityRequest;
import storage.dispersive.csi.protocol.ValidateVolumeCapabilitiesRequest;
import storage.dispersive.csi.protocol.VolumeCapability;
import storage.dispersive.csi.volume.AccessMode;
import storage.dispersive.csi.volume.Capability;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/** Reads what the controller is asked for. */
final class ControllerRequests {

    private static final String CAPABILITIES = "volume_capabilities";
    private static final String CAPABILITY = "volume_capability";
    private static final String PARAMETERS = "parameters";

    private ControllerRequests() {}

    static Volumes.CreateRequest create(CreateVolumeRequest request) throws BadRequestException {
        return new Volumes.CreateRequest(
                Fields.name("name", request.getName()),
                Fields.range(request.getCapacityRange()),
                Capabilities.all(CAPABILITIES, request.getVolumeCapabilitiesList()),
                new Volumes.CreateRequest.Parameters(
                        Fields.map(PARAMETERS, request.getParametersMap()),
                        changeable(request.getChangeableParametersMap())));
    }

    static Volumes.ModifyRequest modify(ControllerModifyVolumeRequest request)
            throws BadRequestException {
        Volumes.Changeable parameters = changeable(request.getChangeableParametersMap());
        return new Volumes.ModifyRequest(known(request.getVolumeId()), parameters);
    }

    private static Volumes.Changeable changeable(Map<String, String> given)
            throws BadRequestException {
        return new Volumes.Changeable(Fields.map("mutable_parameters", given));
    }

    private static VolumeHandle known(String id) throws BadRequestException {
        return Fields.volume(id, text -> new BadRequestException(new Refusal.Missing(text)));
    }

    static Volumes.PublishRequest publish(ControllerPublishVolumeRequest request)
            throws BadRequestException {
        Fields.name("volume_id", request.getVolumeId());
        NodeName node = new NodeName(Fields.node("node_id", request.getNodeId()));
        if (!request.hasVolumeCapability()) {
            throw new BadRequestException(CAPABILITY + " is missing");
        }
        Capability capability = Capabilities.capability(request.getVolumeCapability());
        if (request.getReadonly()) {
            throw new BadRequestException(
                    "readonly is not served for a whole node: let pods mount the volume readOnly");
        }
        VolumeHandle volume = known(request.getVolumeId());
        return new Volumes.PublishRequest(volume, node, capability.mode());
    }

    static Leaver leaver(String nodeId) throws BadRequestException {
        return nodeId.isEmpty()
                ? new Leaver.Everybody()
                : new Leaver.Node(new NodeName(Fields.node("node_id", nodeId)));
    }

    static Volumes.ConfirmRequest confirm(
            VolumeHandle volume, ValidateVolumeCapabilitiesRequest request)
            throws BadRequestException {
        return new Volumes.ConfirmRequest(
                volume,
                modes(request.getVolumeCapabilitiesList()),
                Fields.map(PARAMETERS, request.getParametersMap()));
    }

    static Volumes.CapacityRequest capacity(GetCapacityRequest request) throws BadRequestException {
        return new Volumes.CapacityRequest(
                Fields.map(PARAMETERS, request.getParametersMap()),
                request.getVolumeCapabilitiesCount() == 0
                        ? List.of()
                        : modes(request.getVolumeCapabilitiesList()));
    }

    private static List<AccessMode> modes(List<VolumeCapability> given) throws BadRequestException {
        return Capabilities.all(CAPABILITIES, given).stream().map(Capability::mode).toList();
    }

    /** A range that must be there. */
    static SizeRange given(boolean isThere, CapacityRange range) throws BadRequestException {
        if (!isThere) {
            throw new BadRequestException("capacity_range is missing");
        }
        if (range.getRequiredBytes() == 0) {
            throw new BadRequestException("capacity_range has no required_bytes");
        }
        return Fields.range(range);
    }
}
