package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.VolumeKey;

/**
 * Connections and loop devices of volumes, from their opening to their end. Thread contract: any
 * thread; one at a time for each volume, but for {@link #abort}.
 */
final class Disks {

    private static final Logger LOG = LoggerFactory.getLogger(Disks.class);

    /** Connections that are mounted over each other; more than a race has ever made. */
    private static final int MAX_STACKED = 16;

    private static final String DIRECTORY_MODE = "rwx------";

    private final OwnDevices devices;
    private final Connections connections;
    private final Roots roots;

    Disks(OwnDevices devices, Connections connections, Roots roots) {
        this.devices = devices;
        this.connections = connections;
        this.roots = roots;
    }

    /** Keeps what other keepers hold of all that is mounted. */
    void adopt() throws IOException {
        for (VolumeKey volume : devices.volumes()) {
            Optional<FuseMount> mount = devices.mount(volume);
            if (mount.isPresent()) {
                boolean isKept = connections.keeps(volume, mount.get());
                LOG.info("the connection of {} is {}", volume, isKept ? "kept" : "not kept here");
            }
        }
    }

    DiskOpening open(VolumeKey volume) throws IOException {
        Path directory = devices.directory(volume);
        Optional<FuseMount> mounted = devices.mount(volume);
        if (mounted.isPresent()) {
            if (connections.keeps(volume, mounted.get())) {
                return new DiskOpening.Kept(directory);
            }
            if (!connections.isDead(volume, mounted.get())) {
                return new DiskOpening.HeldElsewhere(directory);
            }
            LOG.info("the connection of {} is dead and taken away", volume);
            takeAway(volume);
        }
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString(DIRECTORY_MODE)));
        FuseMount.Opened opened =
                FuseMount.mount(directory, volume.value(), FuseMount.Access.MOUNTER_ONLY);
        try {
            connections.keep(volume, opened.descriptor());
        } catch (IOException | RuntimeException e) {
            opened.mount().unmount(FuseMount.Unmount.LAZY);
            throw e;
        } finally {
            opened.descriptor().close();
        }
        return new DiskOpening.Fresh(directory);
    }

    BlockDisk attach(VolumeKey volume) throws IOException {
        FuseMount mount =
                devices.mount(volume)
                        .orElseThrow(() ->
                                new MounterException(
                                        MounterException.Reason.REFUSED,
                                        "the disk of " + volume + " is not open"));
        Optional<LoopDevice> found = LoopDevice.find(mount, FuseSession.DISK_NAME);
        if (found.isPresent()) {
            return describe(found.get());
        }
        LoopDevice.Attached attached =
                LoopDevice.attach(mount, FuseSession.DISK_NAME, SectorSize.BYTES_4096);
        if (!attached.refused().isEmpty()) {
            LOG.info("{}: /sys refused {}", attached.device().path(), attached.refused());
        }
        return describe(attached.device());
    }

    static BlockDisk describe(LoopDevice device) throws IOException {
        return new BlockDisk(device.path(), OwnDevices.sizeBytes(device));
    }

    BlockDisk refreshSize(VolumeKey volume) throws IOException {
        LoopDevice device = devices.requireLoop(volume);
        device.grow();
        return describe(device);
    }

    DiskClosing close(VolumeKey volume) throws IOException {
        Optional<LoopDevice> loop = devices.loop(volume);
        while (loop.isPresent()) {
            List<Path> users = users(loop.get());
            if (!users.isEmpty()) {
                return new DiskClosing.InUse(users, loop.get().path() + " is mounted");
            }
            try {
                loop.get().detach();
            } catch (LinuxException e) {
                return inUse(e, List.of());
            }
            loop = devices.loop(volume);
        }
        for (int count = 0; count < MAX_STACKED && devices.mount(volume).isPresent(); count++) {
            try {
                devices.mount(volume).get().unmount(FuseMount.Unmount.PLAIN);
            } catch (LinuxException e) {
                return inUse(e, List.of());
            }
        }
        forget(volume);
        return new DiskClosing.Closed();
    }

    private List<Path> users(LoopDevice device) throws IOException {
        return devices.layers(device).stream().map(layer -> layer.entry().directory()).toList();
    }

    private static DiskClosing inUse(LinuxException e, List<Path> users) throws LinuxException {
        if (e.errno() != Errno.EBUSY) {
            throw e;
        }
        return new DiskClosing.InUse(users, String.valueOf(e.getMessage()));
    }

    /** Makes whatever waits for the disk fail. Asks nobody, and may be called at any time. */
    void abort(VolumeKey volume) throws IOException {
        Optional<FuseMount> mount = devices.mount(volume);
        if (mount.isPresent()) {
            mount.get().abort();
        }
    }

    /** Takes all away that is on an aborted connection. */
    DiskClosing takeAway(VolumeKey volume) throws IOException {
        List<Path> left = new ArrayList<>();
        String why = "";
        for (int count = 0; count < MAX_STACKED; count++) {
            Optional<FuseMount> mount = devices.mount(volume);
            if (mount.isEmpty()) {
                break;
            }
            Optional<LoopDevice> loop = LoopDevice.find(mount.get(), FuseSession.DISK_NAME);
            mount.get().abort();
            if (loop.isPresent()) {
                left.addAll(unmountAll(loop.get()));
                try {
                    loop.get().detach();
                } catch (LinuxException e) {
                    if (e.errno() != Errno.EBUSY) {
                        throw e;
                    }
                    why = String.valueOf(e.getMessage());
                }
            }
            // A forced unmount may have done it.
            if (devices.mount(volume).filter(mount.get()::equals).isPresent()) {
                mount.get().unmount(FuseMount.Unmount.LAZY);
            }
        }
        forget(volume);
        return why.isEmpty() && left.isEmpty()
                ? new DiskClosing.Closed()
                : new DiskClosing.InUse(left, why);
    }

    /** From wherever the device is mounted, the last first; gives those places where it stayed. */
    private List<Path> unmountAll(LoopDevice device) throws IOException {
        List<Path> left = new ArrayList<>();
        for (OwnDevices.Layer layer : devices.layers(device).reversed()) {
            Path directory = layer.entry().directory();
            if (!MountTable.find(directory).filter(layer.entry()::equals).isPresent()) {
                LOG.warn("something else is mounted above {} on {}", device.path(), directory);
                left.add(directory);
                continue;
            }
            unmount(directory);
        }
        return left;
    }

    /** Where others may have put links in the way it is gone by descriptors. */
    private void unmount(Path directory) throws IOException {
        int flags = MountTable.MNT_DETACH;
        if (!roots.cover(directory)) {
            // An administrator mounted it elsewhere.
            MountTable.unmount(directory, flags | MountTable.UMOUNT_NOFOLLOW);
            return;
        }
        Optional<Place> place = roots.find(directory);
        if (place.isPresent()) {
            try (Place opened = place.get()) {
                opened.unmount(flags);
            }
        }
    }

    private void forget(VolumeKey volume) throws IOException {
        connections.forget(volume);
        try {
            Files.delete(devices.directory(volume));
        } catch (NoSuchFileException _) {
            // Nothing was there.
        } catch (DirectoryNotEmptyException e) {
            throw new IOException(
                    "the directory "
                            + devices.directory(volume)
                            + " is for a mount and nothing else, but is not empty",
                    e);
        }
    }
}
