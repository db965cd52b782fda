package storage.dispersive.csi.node;

import java.util.List;
import java.util.Optional;
import storage.dispersive.csi.node.Descriptions.Described;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.Staged;
import storage.dispersive.csi.volume.Face;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.StageRequest.Lineage;
import storage.dispersive.mounter.VolumeKey;

/**
 * Makes volumes usable on this node. Every step is done again by the next call for the volume, and
 * is done already then if it was; so a call may end, or its process be killed, between any two.
 */
final class Staging {

    /** A record goes from never to begun to done. */
    private static final int MAX_FORMAT_STEPS = 3;

    private final NodeTools tools;
    private final EngineRoom engines;
    private final MounterRoom mounter;
    private final Leaving leaving;

    Staging(NodeTools tools, Leaving leaving) {
        this.tools = tools;
        this.engines = new EngineRoom(tools.engines());
        this.mounter = new MounterRoom(tools.mounter());
        this.leaving = leaving;
    }

    Staged stage(StageRequest request) {
        checkFlags(request.capability().face());
        Described volume =
                RefusedException.unlessRefused(
                        tools.descriptions().describe(request.volume(), request.attachment()));
        StageRecord record =
                new StageRecord(
                        request.volume(),
                        new VolumeKey(volume.id().text()),
                        request.staging(),
                        request.capability().face(),
                        request.attachment());
        Optional<StageRecord> before = tools.records().find(request.volume());
        before.ifPresent(it -> giveWay(it, record));
        if (!before.equals(Optional.of(record))) {
            tools.records().write(record);
        }
        var _ =
                RefusedException.unlessRefused(
                        tools.tenancy().open(request.volume(), request.attachment()));
        serve(record, volume);
        BlockDisk disk = device(record.key(), volume);
        if (record.face() instanceof Face.Mounted(Face.FilesystemType type, List<String> flags)) {
            var mount =
                    new storage.dispersive.mounter.StageRequest(
                            record.key(),
                            MounterRoom.mounted(record.staging()),
                            MounterRoom.typeOf(type),
                            FormatState.DONE,
                            Lineage.ORIGINAL,
                            MounterRoom.accessOf(request.capability().mode().writes()),
                            flags);
            format(record, mount, disk);
            mounter.mount(mount);
            if (request.capability().mode().writes()) {
                mounter.growFileSystem(record.key());
            }
        }
        return new Staged();
    }

    private static void checkFlags(Face face) {
        int most = storage.dispersive.mounter.StageRequest.MAX_OPTIONS;
        if (face instanceof Face.Mounted mounted && mounted.flags().size() > most) {
            throw new RefusedException(
                    new Refusal.Wrong("more than " + most + " mount flags cannot be"));
        }
    }

    /**
     * What is here of an older attachment is none of this one, and a volume that has only the name
     * of this one is not this one, whatever its attachments count: both are taken away first.
     */
    private void giveWay(StageRecord before, StageRecord wanted) {
        long old = before.attachment().generation();
        long next = wanted.attachment().generation();
        if (!before.key().equals(wanted.key()) || old < next) {
            leaving.evict(before);
        } else if (old > next) {
            throw new RefusedException(
                    new Refusal.Hindered(
                            "the volume is staged here for attachment "
                                    + old
                                    + ", so attachment "
                                    + next
                                    + " is out of date"));
        } else if (!before.equals(wanted)) {
            throw new RefusedException(
                    new Refusal.Different(
                            "the volume is staged at "
                                    + before.staging()
                                    + ", or with another file system or other options; unstage it"
                                    + " there first"));
        }
    }

    /** An engine that has ended for good, and what was made of it, makes place for a new one. */
    private void serve(StageRecord record, Described volume) {
        Optional<VolumeReport> report = engines.find(record.key());
        boolean isOver =
                report.filter(it ->
                                it.state().isFinal()
                                        || it.generation() < record.attachment().generation())
                        .isPresent();
        if (isOver) {
            leaving.clear(record);
        }
        mounter.open(record.key());
        if (isOver || report.isEmpty()) {
            engines.attach(volume);
        }
        engines.awaitServing(record.key());
    }

    /** It may have grown while nobody used it. */
    private BlockDisk device(VolumeKey key, Described volume) {
        BlockDisk disk = mounter.attach(key);
        if (disk.sizeBytes() >= volume.size().bytes()) {
            return disk;
        }
        engines.grow(key, volume.size());
        return mounter.refreshSize(key);
    }

    private void format(
            StageRecord record, storage.dispersive.mounter.StageRequest mount, BlockDisk disk) {
        FormatState state =
                RefusedException.unlessRefused(tools.formats().stateOf(record.volume()));
        for (int i = 0; i < MAX_FORMAT_STEPS && state != FormatState.DONE; i++) {
            FormatOutcome outcome =
                    mounter.format(new FormatRequest(record.key(), mount.type(), state));
            state =
                    switch (outcome) {
                        case FormatOutcome.RecordBegun() -> advance(record, FormatState.BEGUN);
                        case FormatOutcome.Formatted _ -> advance(record, FormatState.DONE);
                        case FormatOutcome.Refused(var found, String why) ->
                                throw new RefusedException(
                                        new Refusal.Hindered(
                                                "%s is not formatted, as it holds %s: %s"
                                                        .formatted(disk.device(), found, why)));
                    };
        }
        if (state != FormatState.DONE) {
            throw new RefusedException(
                    new Refusal.NotYet("the volume is not formatted yet; try again"));
        }
    }

    private FormatState advance(StageRecord record, FormatState next) {
        return RefusedException.unlessRefused(
                tools.formats().advance(record.volume(), record.attachment(), next));
    }
}
