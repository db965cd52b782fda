package storage.dispersive.csi.node;

import java.util.List;
import java.util.Optional;
import storage.dispersive.csi.node.NodeVolumes.Stats;
import storage.dispersive.csi.node.NodeVolumes.StatsRequest;
import storage.dispersive.csi.node.NodeVolumes.Unit;
import storage.dispersive.csi.node.NodeVolumes.Usage;
import storage.dispersive.csi.volume.Condition;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.engine.control.VolumeReport;
import storage.dispersive.engine.control.VolumeState;
import storage.dispersive.mounter.VolumeStats;
import storage.dispersive.mounter.VolumeStats.Amount;

/** Tells how full and how well volumes on this node are. */
final class Looking {

    private final NodeTools tools;
    private final EngineRoom engines;
    private final MounterRoom mounter;

    Looking(NodeTools tools) {
        this.tools = tools;
        this.engines = new EngineRoom(tools.engines());
        this.mounter = new MounterRoom(tools.mounter());
    }

    static RefusedException missing(VolumeHandle volume) {
        return new RefusedException(
                new Refusal.Missing("volume " + volume + " is not staged on this node"));
    }

    /** The engine's trouble is told first: it is the cause of what is seen at the mount. */
    Stats stats(StatsRequest request) {
        StageRecord record =
                tools.records().find(request.volume()).orElseThrow(() -> missing(request.volume()));
        mounter.checkNoOther(record.key(), request.path());
        Optional<Condition> trouble = trouble(record);
        return switch (mounter.stats(request.path())) {
            case VolumeStats.FileSystem(Amount bytes, Amount inodes, var condition) ->
                    new Stats(
                            List.of(counted(Unit.BYTES, bytes), counted(Unit.INODES, inodes)),
                            trouble.orElseGet(() -> of(condition)));
            case VolumeStats.Block(long size, var condition) ->
                    new Stats(
                            List.of(new Usage.Total(Unit.BYTES, size)),
                            trouble.orElseGet(() -> of(condition)));
            case VolumeStats.Unknown(var condition) ->
                    new Stats(List.of(), trouble.orElseGet(() -> of(condition)));
            case VolumeStats.NotMounted() ->
                    throw new RefusedException(
                            new Refusal.Missing("no volume is mounted at " + request.path()));
        };
    }

    private Optional<Condition> trouble(StageRecord record) {
        Optional<VolumeReport> report;
        try {
            report = engines.find(record.key());
        } catch (RefusedException e) {
            return Optional.of(new Condition.Abnormal(e.why().text()));
        }
        if (report.isEmpty()) {
            return Optional.of(new Condition.Abnormal("no engine serves the volume"));
        }
        return report.filter(it -> it.state() != VolumeState.SERVING)
                .map(it -> new Condition.Abnormal(it.state() + ": " + it.detail()));
    }

    private static Condition of(VolumeStats.Condition condition) {
        return switch (condition) {
            case VolumeStats.Condition.Normal() -> new Condition.Normal("it is mounted and served");
            case VolumeStats.Condition.Abnormal(String why) -> new Condition.Abnormal(why);
        };
    }

    private static Usage counted(Unit unit, Amount amount) {
        return new Usage.Counted(unit, amount.total(), amount.used(), amount.available());
    }
}
