package storage.dispersive.csi.node;

import storage.dispersive.csi.node.NodeVolumes.Gone;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.Published;
import storage.dispersive.csi.node.NodeVolumes.UnpublishRequest;
import storage.dispersive.csi.node.NodeVolumes.Writing;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.mounter.Survey;

/** Shows staged volumes to workloads. A workload never begins on a directory that is empty. */
final class Publishing {

    private final NodeTools tools;
    private final EngineRoom engines;
    private final MounterRoom mounter;

    Publishing(NodeTools tools) {
        this.tools = tools;
        this.engines = new EngineRoom(tools.engines());
        this.mounter = new MounterRoom(tools.mounter());
    }

    Published publish(PublishRequest request) {
        StageRecord record =
                tools.records()
                        .find(request.volume())
                        .filter(it -> it.staging().equals(request.staging()))
                        .orElseThrow(() ->
                                new RefusedException(
                                        new Refusal.Hindered(
                                                "the volume is not staged at "
                                                        + request.staging())));
        if (!record.face().getClass().equals(request.capability().face().getClass())) {
            throw new RefusedException(
                    new Refusal.Different(
                            "the volume is staged "
                                    + (record.face() instanceof Face.Block
                                            ? "as a block device"
                                            : "as a file system")));
        }
        checkServed(record);
        if (!request.capability().mode().sharesNode()) {
            checkAlone(record, request.target());
        }
        mounter.publish(asked(record, request));
        return new Published();
    }

    private void checkServed(StageRecord record) {
        boolean isServed =
                engines.find(record.key()).filter(it -> !it.state().isFinal()).isPresent();
        if (!isServed) {
            throw new RefusedException(
                    new Refusal.Hindered("no engine serves the volume; it must be staged again"));
        }
    }

    private void checkAlone(StageRecord record, TargetPath target) {
        var others =
                mounter.placesOf(
                        record.key(),
                        it ->
                                !it.path().equals(record.staging().path())
                                        && !it.path().equals(target.path()));
        if (!others.isEmpty()) {
            throw new RefusedException(
                    new Refusal.Hindered(
                            "one workload alone may use the volume, and it is published at "
                                    + others.stream().map(Survey.Place::path).toList()));
        }
    }

    private static storage.dispersive.mounter.PublishRequest asked(
            StageRecord record, PublishRequest request) {
        var target = new storage.dispersive.mounter.TargetPath(request.target().path());
        boolean writes =
                request.writing() == Writing.READ_WRITE && request.capability().mode().writes();
        return switch (record.face()) {
            case Face.Block() ->
                    new storage.dispersive.mounter.PublishRequest.Block(record.key(), target);
            case Face.Mounted _ ->
                    new storage.dispersive.mounter.PublishRequest.FileSystem(
                            record.key(),
                            MounterRoom.mounted(record.staging()),
                            target,
                            MounterRoom.accessOf(writes));
        };
    }

    Gone unpublish(UnpublishRequest request) {
        mounter.unpublish(request.target());
        return new Gone();
    }
}
