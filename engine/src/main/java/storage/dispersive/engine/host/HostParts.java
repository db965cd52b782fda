package storage.dispersive.engine.host;

import storage.dispersive.blockdevice.fuse.SlotReserve;

/**
 * What the volumes of a process share.
 *
 * @param reserve buffers of requests, beside the one that each volume has itself
 */
record HostParts(
        Loops loops,
        SlotReserve reserve,
        MapRoom maps,
        Keepers keepers,
        Attachments attachments,
        Epochs epochs,
        Identities identities,
        Openers openers) {}
