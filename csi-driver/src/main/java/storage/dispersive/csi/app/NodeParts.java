package storage.dispersive.csi.app;

import storage.dispersive.csi.node.NodeVolumes;

/** What does the work of a node. */
interface NodeParts extends AutoCloseable {

    NodeVolumes volumes();

    @Override
    void close();
}
