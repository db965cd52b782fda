package storage.dispersive.csi.turns;

import java.time.Duration;
import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.node.NodeVolumes.ExpandRequest;
import storage.dispersive.csi.node.NodeVolumes.Expanded;
import storage.dispersive.csi.node.NodeVolumes.Gone;
import storage.dispersive.csi.node.NodeVolumes.Lost;
import storage.dispersive.csi.node.NodeVolumes.NodeInfo;
import storage.dispersive.csi.node.NodeVolumes.PublishRequest;
import storage.dispersive.csi.node.NodeVolumes.Published;
import storage.dispersive.csi.node.NodeVolumes.StageRequest;
import storage.dispersive.csi.node.NodeVolumes.Staged;
import storage.dispersive.csi.node.NodeVolumes.Stats;
import storage.dispersive.csi.node.NodeVolumes.StatsRequest;
import storage.dispersive.csi.node.NodeVolumes.UnpublishRequest;
import storage.dispersive.csi.node.NodeVolumes.UnstageRequest;
import storage.dispersive.csi.turns.Turns.Call;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/**
 * The volumes on a node, of each of which one call at a time changes something. A slow call, such
 * as one that makes a file system, goes on when the kubelet stops waiting, and its next try joins
 * it.
 */
public final class NodeInTurn {

    private final NodeVolumes volumes;
    private final Turns turns;

    public NodeInTurn(NodeVolumes volumes, Turns turns) {
        this.volumes = volumes;
        this.turns = turns;
    }

    public Outcome<Staged> stage(StageRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Staged.class),
                patience,
                () -> volumes.stage(request));
    }

    public Outcome<Gone> unstage(UnstageRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Gone.class),
                patience,
                () -> volumes.unstage(request));
    }

    public Outcome<Published> publish(PublishRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Published.class),
                patience,
                () -> volumes.publish(request));
    }

    public Outcome<Gone> unpublish(UnpublishRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Gone.class),
                patience,
                () -> volumes.unpublish(request));
    }

    /** Beside whatever else is done to the volume. */
    public Outcome<Stats> stats(StatsRequest request, Duration patience) {
        return turns.beside(Stats.class, patience, () -> volumes.stats(request));
    }

    public Outcome<Expanded> expand(ExpandRequest request, Duration patience) {
        return turns.take(
                request.volume(),
                new Call<>(request, Expanded.class),
                patience,
                () -> volumes.expand(request));
    }

    public NodeInfo info() {
        return volumes.info();
    }

    /** Those that are lost; beside whatever else is done. */
    public Outcome<Lost> lost(Duration patience) {
        return turns.beside(Lost.class, patience, volumes::lost);
    }

    public Outcome<Gone> evict(VolumeHandle volume, Duration patience) {
        return turns.take(
                volume,
                new Call<>(new Eviction(volume), Gone.class),
                patience,
                () -> volumes.evict(volume));
    }

    /** What an eviction is told by from other calls. */
    private record Eviction(VolumeHandle volume) {}
}
