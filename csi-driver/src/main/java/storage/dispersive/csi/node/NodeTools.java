package storage.dispersive.csi.node;

import storage.dispersive.mounter.Mounter;

/**
 * With what a node serves volumes.
 *
 * @param engines the process that serves disks
 * @param mounter the process that mounts them
 * @param tenancy the node's rights, as the cluster knows them
 * @param records what is staged here, as this node knows it
 */
public record NodeTools(
        Engines engines,
        Mounter mounter,
        Tenancy tenancy,
        Descriptions descriptions,
        FormatRecords formats,
        StageRecords records) {}
