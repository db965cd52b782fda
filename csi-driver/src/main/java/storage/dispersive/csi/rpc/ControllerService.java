package storage.dispersive.csi.rpc;

import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import storage.dispersive.csi.controller.VolumeResources.PageWish;
import storage.dispersive.csi.controller.Volumes;
import storage.dispersive.csi.protocol.ControllerExpandVolumeRequest;
import storage.dispersive.csi.protocol.ControllerExpandVolumeResponse;
import storage.dispersive.csi.protocol.ControllerGetCapabilitiesRequest;
import storage.dispersive.csi.protocol.ControllerGetCapabilitiesResponse;
import storage.dispersive.csi.protocol.ControllerGetVolumeRequest;
import storage.dispersive.csi.protocol.ControllerGetVolumeResponse;
import storage.dispersive.csi.protocol.ControllerGrpc;
import storage.dispersive.csi.protocol.ControllerModifyVolumeRequest;
import storage.dispersive.csi.protocol.ControllerModifyVolumeResponse;
import storage.dispersive.csi.protocol.ControllerPublishVolumeRequest;
import storage.dispersive.csi.protocol.ControllerPublishVolumeResponse;
import storage.dispersive.csi.protocol.ControllerServiceCapability;
import storage.dispersive.csi.protocol.ControllerServiceCapability.RPC;
import storage.dispersive.csi.protocol.ControllerUnpublishVolumeRequest;
import storage.dispersive.csi.protocol.ControllerUnpublishVolumeResponse;
import storage.dispersive.csi.protocol.CreateVolumeRequest;
import storage.dispersive.csi.protocol.CreateVolumeResponse;
import storage.dispersive.csi.protocol.DeleteVolumeRequest;
import storage.dispersive.csi.protocol.DeleteVolumeResponse;
import storage.dispersive.csi.protocol.GetCapacityRequest;
import storage.dispersive.csi.protocol.GetCapacityResponse;
import storage.dispersive.csi.protocol.ListVolumesRequest;
import storage.dispersive.csi.protocol.ListVolumesResponse;
import storage.dispersive.csi.protocol.ValidateVolumeCapabilitiesRequest;
import storage.dispersive.csi.protocol.ValidateVolumeCapabilitiesResponse;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.SizeRange;
import storage.dispersive.csi.volume.VolumeHandle;

/** CSI's controller service. */
public final class ControllerService extends ControllerGrpc.ControllerImplBase {

    private static final String VOLUME_ID = "volume_id";

    private static final Set<RPC.Type> SERVED =
            Set.of(
                    RPC.Type.CREATE_DELETE_VOLUME,
                    RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
                    RPC.Type.LIST_VOLUMES,
                    RPC.Type.LIST_VOLUMES_PUBLISHED_NODES,
                    RPC.Type.GET_VOLUME,
                    RPC.Type.VOLUME_CONDITION,
                    RPC.Type.GET_CAPACITY,
                    RPC.Type.EXPAND_VOLUME,
                    RPC.Type.MODIFY_VOLUME,
                    RPC.Type.SINGLE_NODE_MULTI_WRITER);

    private final Volumes volumes;

    public ControllerService(Volumes volumes) {
        this.volumes = volumes;
    }

    @Override
    public void controllerGetCapabilities(
            ControllerGetCapabilitiesRequest request,
            StreamObserver<ControllerGetCapabilitiesResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        ControllerGetCapabilitiesResponse.newBuilder()
                                .addAllCapabilities(
                                        SERVED.stream()
                                                .sorted()
                                                .map(ControllerService::capability)
                                                .toList())
                                .build());
    }

    private static ControllerServiceCapability capability(RPC.Type type) {
        return ControllerServiceCapability.newBuilder()
                .setRpc(RPC.newBuilder().setType(type))
                .build();
    }

    @Override
    public void createVolume(
            CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    if (request.hasVolumeContentSource()) {
                        throw new BadRequestException(
                                "volume_content_source is not served: there are neither snapshots"
                                        + " nor clones");
                    }
                    return CreateVolumeResponse.newBuilder()
                            .setVolume(
                                    VolumeWords.volume(
                                            Answers.value(
                                                    volumes.create(
                                                            ControllerRequests.create(request),
                                                            Calls.patience()))))
                            .build();
                });
    }

    @Override
    public void deleteVolume(
            DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    if (isOurs(request.getVolumeId())) {
                        VolumeHandle volume = known(request.getVolumeId());
                        Answers.value(
                                volumes.delete(
                                        new Volumes.DeleteRequest(volume), Calls.patience()));
                    }
                    return DeleteVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void controllerPublishVolume(
            ControllerPublishVolumeRequest request,
            StreamObserver<ControllerPublishVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Attachment attachment =
                            Answers.value(volumes.publish(ControllerRequests.publish(request)));
                    return ControllerPublishVolumeResponse.newBuilder()
                            .putAllPublishContext(Fields.publishContext(attachment.generation()))
                            .build();
                });
    }

    @Override
    public void controllerUnpublishVolume(
            ControllerUnpublishVolumeRequest request,
            StreamObserver<ControllerUnpublishVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    if (isOurs(request.getVolumeId())) {
                        Volumes.UnpublishRequest wish =
                                new Volumes.UnpublishRequest(
                                        known(request.getVolumeId()),
                                        ControllerRequests.leaver(request.getNodeId()));
                        Answers.value(volumes.unpublish(wish, Calls.patience()));
                    }
                    return ControllerUnpublishVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void validateVolumeCapabilities(
            ValidateVolumeCapabilitiesRequest request,
            StreamObserver<ValidateVolumeCapabilitiesResponse> caller) {
        Calls.answer(caller, () -> validated(request));
    }

    private ValidateVolumeCapabilitiesResponse validated(ValidateVolumeCapabilitiesRequest request)
            throws BadRequestException, StatusException {
        Fields.name(VOLUME_ID, request.getVolumeId());
        if (request.getVolumeCapabilitiesCount() == 0) {
            throw new BadRequestException("volume_capabilities is missing");
        }
        VolumeHandle volume = known(request.getVolumeId());
        Answers.value(volumes.get(volume));
        ValidateVolumeCapabilitiesResponse.Builder answer =
                ValidateVolumeCapabilitiesResponse.newBuilder();
        Volumes.Confirmation confirmation;
        try {
            confirmation =
                    Answers.value(volumes.confirm(ControllerRequests.confirm(volume, request)));
        } catch (BadRequestException e) {
            return answer.setMessage(e.why().text()).build();
        }
        return switch (confirmation) {
            case Volumes.Confirmation.Confirmed() ->
                    answer.setConfirmed(
                                    ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
                                            .putAllVolumeContext(request.getVolumeContextMap())
                                            .addAllVolumeCapabilities(
                                                    request.getVolumeCapabilitiesList())
                                            .putAllParameters(request.getParametersMap())
                                            .putAllChangeableParameters(
                                                    request.getChangeableParametersMap()))
                            .build();
            case Volumes.Confirmation.Unsupported(String why) -> answer.setMessage(why).build();
        };
    }

    @Override
    public void listVolumes(
            ListVolumesRequest request, StreamObserver<ListVolumesResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    if (request.getMaxEntries() < 0) {
                        throw new BadRequestException("max_entries must not be negative");
                    }
                    PageWish wish =
                            new PageWish(request.getMaxEntries(), request.getStartingToken());
                    return VolumeWords.page(Answers.value(volumes.list(wish)));
                });
    }

    @Override
    public void getCapacity(
            GetCapacityRequest request, StreamObserver<GetCapacityResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        VolumeWords.capacity(
                                Answers.value(
                                        volumes.capacity(ControllerRequests.capacity(request)))));
    }

    @Override
    public void controllerExpandVolume(
            ControllerExpandVolumeRequest request,
            StreamObserver<ControllerExpandVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Fields.name(VOLUME_ID, request.getVolumeId());
                    SizeRange range =
                            ControllerRequests.given(
                                    request.hasCapacityRange(), request.getCapacityRange());
                    Volumes.ExpandRequest wish =
                            new Volumes.ExpandRequest(known(request.getVolumeId()), range);
                    ByteSize size = Answers.value(volumes.expand(wish, Calls.patience()));
                    return ControllerExpandVolumeResponse.newBuilder()
                            .setCapacityBytes(size.bytes())
                            .setNodeExpansionRequired(true)
                            .build();
                });
    }

    @Override
    public void controllerGetVolume(
            ControllerGetVolumeRequest request,
            StreamObserver<ControllerGetVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> VolumeWords.got(Answers.value(volumes.get(known(request.getVolumeId())))));
    }

    @Override
    public void controllerModifyVolume(
            ControllerModifyVolumeRequest request,
            StreamObserver<ControllerModifyVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Answers.value(volumes.modify(ControllerRequests.modify(request)));
                    return ControllerModifyVolumeResponse.getDefaultInstance();
                });
    }

    private static VolumeHandle known(String id) throws BadRequestException {
        return Fields.volume(id, text -> new BadRequestException(new Refusal.Missing(text)));
    }

    /** Whether there may be such a volume. What cannot be is gone already. */
    private static boolean isOurs(String id) throws BadRequestException {
        return VolumeHandle.parse(Fields.name(VOLUME_ID, id)).isPresent();
    }
}
