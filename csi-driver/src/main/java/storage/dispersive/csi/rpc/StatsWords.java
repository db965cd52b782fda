package storage.dispersive.csi.rpc;

import storage.dispersive.csi.node.NodeVolumes.Stats;
import storage.dispersive.csi.node.NodeVolumes.Unit;
import storage.dispersive.csi.node.NodeVolumes.Usage;
import storage.dispersive.csi.protocol.NodeGetVolumeStatsResponse;
import storage.dispersive.csi.protocol.VolumeUsage;

/** Says in the words of CSI what is used of a volume. */
final class StatsWords {

    private StatsWords() {}

    static NodeGetVolumeStatsResponse stats(Stats stats) {
        return NodeGetVolumeStatsResponse.newBuilder()
                .addAllUsage(stats.usage().stream().map(StatsWords::usage).toList())
                .setVolumeCondition(VolumeWords.condition(stats.condition()))
                .build();
    }

    private static VolumeUsage usage(Usage usage) {
        VolumeUsage.Builder words = VolumeUsage.newBuilder();
        return switch (usage) {
            case Usage.Counted(Unit unit, long total, long used, long available) ->
                    words.setUnit(unit(unit))
                            .setTotal(total)
                            .setUsed(used)
                            .setAvailable(available)
                            .build();
            case Usage.Total(Unit unit, long total) ->
                    words.setUnit(unit(unit)).setTotal(total).build();
        };
    }

    private static VolumeUsage.Unit unit(Unit unit) {
        return switch (unit) {
            case BYTES -> VolumeUsage.Unit.BYTES;
            case INODES -> VolumeUsage.Unit.INODES;
        };
    }
}
