package storage.dispersive.csi.rpc;

import com.google.protobuf.Int64Value;
import java.util.List;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.controller.StoredVolume;
import storage.dispersive.csi.controller.VolumeResources.Page;
import storage.dispersive.csi.controller.Volumes;
import storage.dispersive.csi.protocol.ControllerGetVolumeResponse;
import storage.dispersive.csi.protocol.GetCapacityResponse;
import storage.dispersive.csi.protocol.ListVolumesResponse;
import storage.dispersive.csi.protocol.Volume;
import storage.dispersive.csi.protocol.VolumeCondition;
import storage.dispersive.csi.volume.Condition;

/** Says in the words of CSI what is known of volumes. */
final class VolumeWords {

    private VolumeWords() {}

    static Volume volume(StoredVolume volume) {
        return Volume.newBuilder()
                .setVolumeId(volume.handle().toString())
                .setCapacityBytes(volume.shape().size().bytes())
                .build();
    }

    static VolumeCondition condition(Condition condition) {
        return VolumeCondition.newBuilder()
                .setAbnormal(
                        switch (condition) {
                            case Condition.Normal _ -> false;
                            case Condition.Abnormal _ -> true;
                        })
                .setMessage(condition.text())
                .build();
    }

    static ControllerGetVolumeResponse got(StoredVolume volume) {
        return ControllerGetVolumeResponse.newBuilder()
                .setVolume(volume(volume))
                .setStatus(
                        ControllerGetVolumeResponse.VolumeStatus.newBuilder()
                                .addAllPublishedNodeIds(nodes(volume))
                                .setVolumeCondition(condition(volume.health().condition())))
                .build();
    }

    static ListVolumesResponse page(Page page) {
        return ListVolumesResponse.newBuilder()
                .addAllEntries(page.volumes().stream().map(VolumeWords::entry).toList())
                .setNextToken(page.next())
                .build();
    }

    private static ListVolumesResponse.Entry entry(StoredVolume volume) {
        return ListVolumesResponse.Entry.newBuilder()
                .setVolume(volume(volume))
                .setStatus(
                        ListVolumesResponse.VolumeStatus.newBuilder()
                                .addAllPublishedNodeIds(nodes(volume))
                                .setVolumeCondition(condition(volume.health().condition())))
                .build();
    }

    private static List<String> nodes(StoredVolume volume) {
        return volume.holding().nodes().stream().map(NodeName::text).toList();
    }

    static GetCapacityResponse capacity(Volumes.Capacity capacity) {
        return GetCapacityResponse.newBuilder()
                .setAvailableCapacity(capacity.available().size().bytes())
                .setMaximumVolumeSize(Int64Value.of(capacity.largest().size().bytes()))
                .setMinimumVolumeSize(Int64Value.of(capacity.smallest().size().bytes()))
                .build();
    }
}
