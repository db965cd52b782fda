package storage.dispersive.csi.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;
import storage.dispersive.engine.control.VolumeLine;
import storage.dispersive.engine.control.VolumeState;

/** Volumes of an engine process and a mounter beside this process. */
public final class ServedVolumes implements NodeVolumes {

    private final NodeTools tools;
    private final NodeInfo info;
    private final Leaving leaving;
    private final Staging staging;
    private final Publishing publishing;
    private final Looking looking;
    private final Expanding expanding;
    private final EngineRoom engines;

    public ServedVolumes(NodeTools tools, NodeInfo info) {
        this.tools = tools;
        this.info = info;
        this.leaving = new Leaving(tools);
        this.staging = new Staging(tools, leaving);
        this.publishing = new Publishing(tools);
        this.looking = new Looking(tools);
        this.expanding = new Expanding(tools);
        this.engines = new EngineRoom(tools.engines());
    }

    @Override
    public Outcome<Staged> stage(StageRequest request) {
        return RefusedException.outcome(() -> staging.stage(request));
    }

    @Override
    public Outcome<Gone> unstage(UnstageRequest request) {
        return RefusedException.outcome(() -> leaving.unstage(request));
    }

    @Override
    public Outcome<Published> publish(PublishRequest request) {
        return RefusedException.outcome(() -> publishing.publish(request));
    }

    @Override
    public Outcome<Gone> unpublish(UnpublishRequest request) {
        return RefusedException.outcome(() -> publishing.unpublish(request));
    }

    @Override
    public Outcome<Stats> stats(StatsRequest request) {
        return RefusedException.outcome(() -> looking.stats(request));
    }

    @Override
    public Outcome<Expanded> expand(ExpandRequest request) {
        return RefusedException.outcome(() -> expanding.expand(request));
    }

    @Override
    public NodeInfo info() {
        return info;
    }

    @Override
    public Outcome<Lost> lost() {
        return RefusedException.outcome(() -> {
            Map<String, VolumeLine> served = engines.all();
            List<VolumeHandle> lost = new ArrayList<>();
            for (StageRecord record : tools.records().all()) {
                VolumeLine line = served.get(record.key().value());
                if ((line == null || line.state() != VolumeState.SERVING) && isLost(record)) {
                    lost.add(record.volume());
                }
            }
            return new Lost(lost);
        });
    }

    /** While nobody can say so it is not. */
    private boolean isLost(StageRecord record) {
        return tools.tenancy().right(record.volume(), record.attachment())
                        instanceof Outcome.Done<Tenancy.Right>(Tenancy.Right right)
                && right == Tenancy.Right.LOST;
    }

    @Override
    public Outcome<Gone> evict(VolumeHandle volume) {
        return RefusedException.outcome(() -> {
            tools.records().find(volume).filter(this::isLost).ifPresent(leaving::evict);
            return new Gone();
        });
    }
}
