package storage.dispersive.csi.rpc;

import storage.dispersive.csi.node.NodeVolumes;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.VolumeHandle;

/** Volumes of a node that does all but one thing as another does. */
interface NodeVolumesOf extends NodeVolumes {

    NodeVolumes rest();

    @Override
    default Outcome<Gone> unstage(UnstageRequest request) {
        return rest().unstage(request);
    }

    @Override
    default Outcome<Published> publish(PublishRequest request) {
        return rest().publish(request);
    }

    @Override
    default Outcome<Gone> unpublish(UnpublishRequest request) {
        return rest().unpublish(request);
    }

    @Override
    default Outcome<Stats> stats(StatsRequest request) {
        return rest().stats(request);
    }

    @Override
    default Outcome<Expanded> expand(ExpandRequest request) {
        return rest().expand(request);
    }

    @Override
    default NodeInfo info() {
        return rest().info();
    }

    @Override
    default Outcome<Lost> lost() {
        return rest().lost();
    }

    @Override
    default Outcome<Gone> evict(VolumeHandle volume) {
        return rest().evict(volume);
    }
}
