package storage.dispersive.cli.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.linux.MountTable;

/**
 * What the kernel holds of a volume that is attached through FUSE: a mount and a loop device. They
 * outlive the engine, so the command line looks at them and takes them away. Stateless: the kernel
 * is asked each time. Never touches a device or mount of anybody else.
 */
public final class FuseAttachment {

    private static final int LOOP_MAJOR = 7;

    private final EngineFiles files;

    public FuseAttachment(EngineFiles files) {
        this.files = files;
    }

    /** Where the loop device is mounted now. */
    public List<Path> mountedOn() throws IOException {
        Optional<LoopDevice> loop = loop();
        List<Path> directories = new ArrayList<>();
        if (loop.isPresent()) {
            for (MountTable.Entry entry : MountTable.entries()) {
                if (entry.device().major() == LOOP_MAJOR
                        && entry.device().minor() == loop.get().number()) {
                    directories.add(entry.directory());
                }
            }
        }
        return List.copyOf(directories);
    }

    public boolean exists() throws IOException {
        return mount().isPresent();
    }

    /**
     * Takes device and mount away while the engine serves them, so that nothing is lost.
     *
     * @throws IOException while something has the device open; then all stays as it was
     */
    public void release() throws IOException {
        Optional<LoopDevice> loop = loop();
        if (loop.isPresent()) {
            loop.get().detach();
        }
        Optional<FuseMount> mount = mount();
        if (mount.isPresent()) {
            mount.get().unmount(FuseMount.Unmount.PLAIN);
        }
    }

    /**
     * Takes all away that nobody serves any more: what was not written yet is lost to its writers,
     * who get I/O errors.
     */
    public void abandon() throws IOException {
        Optional<FuseMount> mount = mount();
        if (mount.isEmpty()) {
            return;
        }
        List<Path> users = mountedOn();
        Optional<LoopDevice> loop = loop();
        mount.get().abort();
        for (int i = users.size() - 1; i >= 0; i--) {
            MountTable.unmount(users.get(i), MountTable.MNT_DETACH);
        }
        if (loop.isPresent()) {
            loop.get().detach();
        }
        if (mount().isPresent()) {
            mount.get().unmount(FuseMount.Unmount.LAZY);
        }
    }

    private Optional<FuseMount> mount() throws IOException {
        return FuseMount.find(files.mountPoint());
    }

    private Optional<LoopDevice> loop() throws IOException {
        Optional<FuseMount> mount = mount();
        return mount.isEmpty()
                ? Optional.empty()
                : LoopDevice.find(mount.get(), FuseSession.DISK_NAME);
    }
}
