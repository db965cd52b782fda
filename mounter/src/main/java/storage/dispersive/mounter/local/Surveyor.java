package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.mounter.Access;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/** Finds what this node has of ours. Thread contract: any thread. */
final class Surveyor {

    private final OwnDevices devices;
    private final Connections connections;
    private final Programs programs;

    Surveyor(OwnDevices devices, Connections connections, Programs programs) {
        this.devices = devices;
        this.connections = connections;
        this.programs = programs;
    }

    Survey survey() throws IOException {
        List<Survey.Disk> disks = new ArrayList<>();
        for (VolumeKey volume : devices.volumes()) {
            disks.add(disk(volume));
        }
        List<Survey.Place> places = new ArrayList<>();
        for (OwnDevices.Layer layer : devices.layers()) {
            // A bind of a device that is nobody's may be of any program; a volume's has an owner.
            if (layer.isOurs() && !(layer.owner() instanceof OwnDevices.Owner.Nobody)) {
                places.add(
                        new Survey.Place(
                                layer.entry().directory(),
                                layer.form(),
                                layer.isReadOnly() ? Access.READ_ONLY : Access.READ_WRITE,
                                layer.volume()));
            }
        }
        return new Survey(disks, places, programs.survey());
    }

    private Survey.Disk disk(VolumeKey volume) throws IOException {
        Optional<FuseMount> mount = devices.mount(volume);
        if (mount.isEmpty()) {
            return new Survey.Disk(volume, Survey.Connection.NONE, Optional.empty());
        }
        Optional<Path> device =
                LoopDevice.find(mount.get(), FuseSession.DISK_NAME).map(LoopDevice::path);
        return new Survey.Disk(volume, connections.look(volume, mount.get()), device);
    }
}
