package storage.dispersive.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.blockdevice.keeper.DescriptorName;
import storage.dispersive.blockdevice.keeper.KeeperClient;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.linux.Descriptor;

/**
 * The disk as a loop device over a FUSE mount.
 *
 * <p>The mount's descriptor is with the keeper's process before the first request, and mount and
 * loop device stay when this closes: an engine that was killed or ended is followed by one that
 * takes them over, and whoever has the device open sees a pause. {@link FuseAttachment} takes them
 * away.
 */
final class FuseFace implements DiskFace {

    private static final Logger log = LoggerFactory.getLogger(FuseFace.class);
    private static final DescriptorName DISK = new DescriptorName("disk");

    private final FuseMount mount;
    private final FuseSession session;
    private volatile String device = "";

    private FuseFace(FuseMount mount, FuseSession session) {
        this.mount = mount;
        this.session = session;
    }

    static FuseFace open(EngineFiles files, String volume, VirtualDisk disk) throws IOException {
        KeeperClient keeper = new KeeperClient(files.keeperSocket());
        Optional<FuseMount> mounted = FuseMount.find(files.mountPoint());
        if (mounted.isPresent()) {
            Optional<Descriptor> kept = keeper.fetch(DISK);
            if (kept.isPresent()) {
                FuseSession session = FuseSession.adopt(kept.get(), disk, FuseSettings.DEFAULT);
                log.info("took over {}", files.mountPoint());
                return new FuseFace(mounted.get(), session);
            }
            // Its keeper died too, so nobody can serve it any more.
            mounted.get().abort();
            mounted.get().unmount(FuseMount.Unmount.LAZY);
        }
        FuseMount.Opened opened =
                FuseMount.mount(files.mountPoint(), volume, FuseMount.Access.MOUNTER_ONLY);
        try {
            keeper.deposit(DISK, opened.descriptor());
        } catch (IOException | RuntimeException e) {
            opened.descriptor().close();
            opened.mount().unmount(FuseMount.Unmount.LAZY);
            throw e;
        }
        FuseSession session = FuseSession.serve(opened.descriptor(), disk, FuseSettings.DEFAULT);
        return new FuseFace(opened.mount(), session);
    }

    @Override
    public String device() {
        return device;
    }

    /** The kernel reads the disk while it attaches a loop device, so this comes last. */
    @Override
    public void volumeServes() {
        try {
            Optional<LoopDevice> attached = LoopDevice.find(mount, FuseSession.DISK_NAME);
            LoopDevice loop =
                    attached.isPresent()
                            ? attached.get()
                            : LoopDevice.attach(mount, FuseSession.DISK_NAME, SectorSize.BYTES_4096)
                                    .device();
            device = loop.path().toString();
        } catch (IOException e) {
            throw new UncheckedIOException("no loop device can be attached", e);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
