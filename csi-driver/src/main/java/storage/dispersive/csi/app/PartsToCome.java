package storage.dispersive.csi.app;

import java.util.Map;
import storage.dispersive.csi.controller.NodeName;
import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;

/** A node without engine and mounter: it says who it is, and refuses everything else. */
final class PartsToCome implements NodeParts, NodeVolumes {

    private final NodeName name;

    PartsToCome(NodeName name) {
        this.name = name;
    }

    private static <T> Outcome<T> refused() {
        return Outcome.refused(
                new Refusal.NotYet("this version of the driver cannot use volumes on nodes"));
    }

    @Override
    public NodeVolumes volumes() {
        return this;
    }

    @Override
    public Outcome<Staged> stage(StageRequest request) {
        return refused();
    }

    @Override
    public Outcome<Gone> unstage(UnstageRequest request) {
        return refused();
    }

    @Override
    public Outcome<Published> publish(PublishRequest request) {
        return refused();
    }

    @Override
    public Outcome<Gone> unpublish(UnpublishRequest request) {
        return refused();
    }

    @Override
    public Outcome<Stats> stats(StatsRequest request) {
        return refused();
    }

    @Override
    public Outcome<Expanded> expand(ExpandRequest request) {
        return refused();
    }

    @Override
    public NodeInfo info() {
        return new NodeInfo(name.text(), 0, Map.of());
    }

    @Override
    public void close() {}
}
