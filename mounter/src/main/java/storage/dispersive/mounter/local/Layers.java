package storage.dispersive.mounter.local;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;

/**
 * Takes layers away that are mounted on one place, the topmost first: ours, and nobody else's.
 * Thread contract: any thread; one at a time for each place.
 */
final class Layers {

    /** Nobody stacks more; it only ends a race with somebody who mounts all the time. */
    private static final int MAX_LAYERS = 64;

    private final OwnDevices devices;
    private final Connections connections;

    Layers(OwnDevices devices, Connections connections) {
        this.devices = devices;
        this.connections = connections;
    }

    /** The topmost layer that is left, which is not stale; empty if none is. */
    Optional<MountTable.Entry> clearStale(Place place) throws IOException {
        for (int count = 0; count < MAX_LAYERS; count++) {
            List<MountTable.Entry> layers = place.layers();
            if (layers.isEmpty()) {
                return Optional.empty();
            }
            Optional<OwnDevices.Layer> top = devices.layer(layers.getLast());
            if (top.isEmpty() || !isStale(top.get())) {
                return Optional.of(layers.getLast());
            }
            unmount(place, MountTable.MNT_DETACH);
        }
        throw new LinuxException("clear " + place.shown(), Errno.EBUSY);
    }

    /** Unmounts all. */
    UnmountOutcome clear(Place place) throws IOException {
        for (int count = 0; count < MAX_LAYERS; count++) {
            List<MountTable.Entry> layers = place.layers();
            if (layers.isEmpty()) {
                return new UnmountOutcome.Unmounted();
            }
            Optional<OwnDevices.Layer> top = devices.layer(layers.getLast());
            if (top.isEmpty() || !top.get().isOurs()) {
                return new UnmountOutcome.NotOurs(describe(layers.getLast()));
            }
            try {
                unmount(place, 0);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EBUSY) {
                    throw e;
                }
                if (!isStale(top.get())) {
                    return new UnmountOutcome.InUse(
                            place.shown() + " is in use: something has files open there");
                }
                unmount(place, MountTable.MNT_DETACH);
            }
        }
        throw new LinuxException("clear " + place.shown(), Errno.EBUSY);
    }

    /** EINVAL: somebody else was first, or the layer is not there in this namespace any more. */
    private static void unmount(Place place, int flags) throws LinuxException {
        try {
            place.unmount(flags);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EINVAL) {
                throw e;
            }
        }
    }

    /** Whether it is ours and can never be read or written again. */
    boolean isStale(OwnDevices.Layer layer) throws IOException {
        return switch (layer.owner()) {
            case OwnDevices.Owner.Lost() -> true;
            case OwnDevices.Owner.Nobody() -> true;
            case OwnDevices.Owner.Other() -> false;
            case OwnDevices.Owner.Volume(VolumeKey key) -> {
                Optional<FuseMount> mount = devices.mount(key);
                yield mount.isEmpty() || connections.isDead(key, mount.get());
            }
        };
    }

    static String describe(MountTable.Entry entry) {
        return entry.type()
                + " "
                + entry.source()
                + " on "
                + entry.directory()
                + " ("
                + String.join(",", entry.options())
                + ")";
    }
}
