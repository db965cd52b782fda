package storage.dispersive.csi.node;

import storage.dispersive.csi.node.Descriptions.Described;
import storage.dispersive.csi.node.NodeVolumes.ExpandRequest;
import storage.dispersive.csi.node.NodeVolumes.Expanded;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Refusal;

/** Makes devices and file systems on this node as large as their volumes are. */
final class Expanding {

    private final NodeTools tools;
    private final EngineRoom engines;
    private final MounterRoom mounter;

    Expanding(NodeTools tools) {
        this.tools = tools;
        this.engines = new EngineRoom(tools.engines());
        this.mounter = new MounterRoom(tools.mounter());
    }

    Expanded expand(ExpandRequest request) {
        StageRecord record =
                tools.records()
                        .find(request.volume())
                        .orElseThrow(() -> Looking.missing(request.volume()));
        mounter.checkNoOther(record.key(), request.path());
        Described volume =
                RefusedException.unlessRefused(
                        tools.descriptions().describe(request.volume(), record.attachment()));
        ByteSize size = volume.size();
        if (size.compareTo(request.range().required()) < 0) {
            throw new RefusedException(
                    new Refusal.NotYet(
                            "the volume has %s, and %s are wanted"
                                    .formatted(size, request.range().required())));
        }
        if (!request.range().contains(size)) {
            throw new RefusedException(
                    new Refusal.OutOfRange(
                            "the volume has "
                                    + size
                                    + " already, and "
                                    + request.range()
                                    + " are wanted"));
        }
        engines.grow(record.key(), size);
        var disk = mounter.refreshSize(record.key());
        if (record.face() instanceof Face.Mounted) {
            mounter.growFileSystem(record.key());
        }
        return new Expanded(new ByteSize(disk.sizeBytes()));
    }
}
