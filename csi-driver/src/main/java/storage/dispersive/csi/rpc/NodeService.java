package storage.dispersive.csi.rpc;

import io.grpc.stub.StreamObserver;
import java.util.Set;
import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.node.NodeVolumes.NodeInfo;
import storage.dispersive.csi.protocol.NodeExpandVolumeRequest;
import storage.dispersive.csi.protocol.NodeExpandVolumeResponse;
import storage.dispersive.csi.protocol.NodeGetCapabilitiesRequest;
import storage.dispersive.csi.protocol.NodeGetCapabilitiesResponse;
import storage.dispersive.csi.protocol.NodeGetInfoRequest;
import storage.dispersive.csi.protocol.NodeGetInfoResponse;
import storage.dispersive.csi.protocol.NodeGetVolumeStatsRequest;
import storage.dispersive.csi.protocol.NodeGetVolumeStatsResponse;
import storage.dispersive.csi.protocol.NodeGrpc;
import storage.dispersive.csi.protocol.NodePublishVolumeRequest;
import storage.dispersive.csi.protocol.NodePublishVolumeResponse;
import storage.dispersive.csi.protocol.NodeServiceCapability;
import storage.dispersive.csi.protocol.NodeServiceCapability.RPC;
import storage.dispersive.csi.protocol.NodeStageVolumeRequest;
import storage.dispersive.csi.protocol.NodeStageVolumeResponse;
import storage.dispersive.csi.protocol.NodeUnpublishVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnpublishVolumeResponse;
import storage.dispersive.csi.protocol.NodeUnstageVolumeRequest;
import storage.dispersive.csi.protocol.NodeUnstageVolumeResponse;
import storage.dispersive.csi.protocol.Topology;
import storage.dispersive.csi.turns.NodeInTurn;

/** CSI's node service. */
public final class NodeService extends NodeGrpc.NodeImplBase {

    private static final Set<RPC.Type> SERVED =
            Set.of(
                    RPC.Type.STAGE_UNSTAGE_VOLUME,
                    RPC.Type.GET_VOLUME_STATS,
                    RPC.Type.VOLUME_CONDITION,
                    RPC.Type.EXPAND_VOLUME,
                    RPC.Type.SINGLE_NODE_MULTI_WRITER);

    private final NodeInTurn volumes;

    public NodeService(NodeInTurn volumes) {
        this.volumes = volumes;
    }

    @Override
    public void nodeGetCapabilities(
            NodeGetCapabilitiesRequest request,
            StreamObserver<NodeGetCapabilitiesResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        NodeGetCapabilitiesResponse.newBuilder()
                                .addAllCapabilities(
                                        SERVED.stream()
                                                .sorted()
                                                .map(NodeService::capability)
                                                .toList())
                                .build());
    }

    private static NodeServiceCapability capability(RPC.Type type) {
        return NodeServiceCapability.newBuilder().setRpc(RPC.newBuilder().setType(type)).build();
    }

    @Override
    public void nodeGetInfo(
            NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    NodeInfo info = volumes.info();
                    NodeGetInfoResponse.Builder answer =
                            NodeGetInfoResponse.newBuilder()
                                    .setNodeId(info.name())
                                    .setMaxVolumesPerNode(info.maxVolumes());
                    if (!info.topology().isEmpty()) {
                        answer.setAccessibleTopology(
                                Topology.newBuilder().putAllSegments(info.topology()));
                    }
                    return answer.build();
                });
    }

    @Override
    public void nodeStageVolume(
            NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Answers.value(volumes.stage(NodeRequests.stage(request), Calls.patience()));
                    return NodeStageVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void nodeUnstageVolume(
            NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Answers.value(volumes.unstage(NodeRequests.unstage(request), Calls.patience()));
                    return NodeUnstageVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void nodePublishVolume(
            NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Answers.value(volumes.publish(NodeRequests.publish(request), Calls.patience()));
                    return NodePublishVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void nodeUnpublishVolume(
            NodeUnpublishVolumeRequest request,
            StreamObserver<NodeUnpublishVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    Answers.value(
                            volumes.unpublish(NodeRequests.unpublish(request), Calls.patience()));
                    return NodeUnpublishVolumeResponse.getDefaultInstance();
                });
    }

    @Override
    public void nodeGetVolumeStats(
            NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> caller) {
        Calls.answer(
                caller,
                () ->
                        StatsWords.stats(
                                Answers.value(
                                        volumes.stats(
                                                NodeRequests.stats(request), Calls.patience()))));
    }

    @Override
    public void nodeExpandVolume(
            NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> caller) {
        Calls.answer(
                caller,
                () -> {
                    NodeVolumes.Expanded expanded =
                            Answers.value(
                                    volumes.expand(NodeRequests.expand(request), Calls.patience()));
                    return NodeExpandVolumeResponse.newBuilder()
                            .setCapacityBytes(expanded.size().bytes())
                            .build();
                });
    }
}
