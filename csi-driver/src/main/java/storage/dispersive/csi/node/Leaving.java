package storage.dispersive.csi.node;

import java.util.Optional;
import storage.dispersive.csi.node.NodeVolumes.Gone;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.volume.Attachment;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.mounter.Survey;

/**
 * Takes volumes back from this node. As with staging, every step may be the last that was done, and
 * is done again.
 */
final class Leaving {

    private final NodeTools tools;
    private final EngineRoom engines;
    private final MounterRoom mounter;

    Leaving(NodeTools tools) {
        this.tools = tools;
        this.engines = new EngineRoom(tools.engines());
        this.mounter = new MounterRoom(tools.mounter());
    }

    /**
     * All that was written reaches the storage pods first: the file system is unmounted and the
     * device detached while the engine serves. Of a volume whose engine has ended for good, or that
     * the engine process has lost, nothing can be written any more, so it is cleared away.
     */
    Gone unstage(UnstageRequest request) {
        Optional<StageRecord> found =
                tools.records()
                        .find(request.volume())
                        .filter(it -> it.staging().equals(request.staging()));
        if (found.isEmpty()) {
            // Perhaps of an earlier life, whose record is lost; what is not ours is refused.
            mounter.unstage(request.staging());
            return new Gone();
        }
        StageRecord record = found.get();
        boolean mayWrite =
                engines.find(record.key()).filter(it -> !it.state().isFinal()).isPresent();
        if (mayWrite) {
            checkUnpublished(record);
            mounter.unstage(record.staging());
            mounter.close(record.key());
            engines.detach(record.key(), record.attachment());
        } else {
            clear(record);
        }
        letGo(record);
        return new Gone();
    }

    private void checkUnpublished(StageRecord record) {
        var targets =
                mounter.placesOf(record.key(), it -> !it.path().equals(record.staging().path()));
        if (!targets.isEmpty()) {
            throw new RefusedException(
                    new Refusal.Hindered(
                            "the volume is still published at "
                                    + targets.stream().map(Survey.Place::path).toList()
                                    + "; unpublish it there first"));
        }
    }

    /**
     * Takes away a volume that this node has no right to any more, in use or not: its requests
     * fail, and its mounts go.
     */
    void evict(StageRecord record) {
        engines.fence(record.key(), new Attachment(record.attachment().generation() + 1));
        clear(record);
        letGo(record);
    }

    /** Takes away all that is here of a volume, in use or not. */
    void clear(StageRecord record) {
        var targets =
                mounter.placesOf(record.key(), it -> !it.path().equals(record.staging().path()));
        mounter.abandon(record.key());
        for (Survey.Place target : targets) {
            mounter.unpublish(new TargetPath(target.path()));
        }
        mounter.unstage(record.staging());
        engines.detach(record.key(), record.attachment());
    }

    private void letGo(StageRecord record) {
        var _ =
                RefusedException.unlessRefused(
                        tools.tenancy().letGo(record.volume(), record.attachment()));
        tools.records().delete(record.volume());
    }
}
