package storage.dispersive.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.blockdevice.fuse.FuseSession;
import storage.dispersive.blockdevice.fuse.FuseSettings;
import storage.dispersive.blockdevice.loop.FuseMount;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.blockdevice.loop.SectorSize;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.linux.Descriptor;

/**
 * The disk as a loop device over a FUSE mount.
 *
 * <p>The mount's descriptor is with its keepers before the first request, and mount and loop device
 * stay when this closes: an engine that was killed or ended is followed by one that takes them
 * over, and whoever has the device open sees a pause. {@link FuseAttachment} takes them away.
 */
final class FuseFace implements DiskFace {

    private static final Logger log = LoggerFactory.getLogger(FuseFace.class);

    private final FuseMount mount;
    private final FuseSession session;
    private final MountKeepers keepers;

    /** A second descriptor of the session's, to be deposited again. */
    private final Descriptor connection;

    private volatile String device = "";
    private boolean isOpen = true;

    private FuseFace(
            FuseMount mount, FuseSession session, MountKeepers keepers, Descriptor connection) {
        this.mount = mount;
        this.session = session;
        this.keepers = keepers;
        this.connection = connection;
    }

    static FuseFace open(EngineFiles files, MountKeepers keepers, String volume, VirtualDisk disk)
            throws IOException {
        Optional<FuseMount> mounted = FuseMount.find(files.mountPoint());
        if (mounted.isPresent()) {
            Optional<Descriptor> kept = keepers.fetch();
            if (kept.isPresent()) {
                return takeOver(mounted.get(), kept.get(), keepers, disk);
            }
            // Its keepers died too, so nobody can serve it any more.
            mounted.get().abort();
            mounted.get().unmount(FuseMount.Unmount.LAZY);
        }
        FuseMount.Opened opened =
                FuseMount.mount(files.mountPoint(), volume, FuseMount.Access.MOUNTER_ONLY);
        Descriptor connection;
        try {
            keepers.deposit(opened.descriptor());
            connection = opened.descriptor().duplicate();
        } catch (IOException | RuntimeException e) {
            opened.descriptor().close();
            opened.mount().unmount(FuseMount.Unmount.LAZY);
            throw e;
        }
        FuseSession session = FuseSession.serve(opened.descriptor(), disk, FuseSettings.DEFAULT);
        return new FuseFace(opened.mount(), session, keepers, connection);
    }

    /** One of the keepers may have died with the engine, and its successor holds nothing yet. */
    private static FuseFace takeOver(
            FuseMount mount, Descriptor kept, MountKeepers keepers, VirtualDisk disk)
            throws IOException {
        Descriptor connection;
        try {
            keepers.deposit(kept);
            connection = kept.duplicate();
        } catch (IOException | RuntimeException e) {
            kept.close();
            throw e;
        }
        FuseSession session = FuseSession.adopt(kept, disk, FuseSettings.DEFAULT);
        log.info("took over {}", mount.directory());
        return new FuseFace(mount, session, keepers, connection);
    }

    /** The sidecar of this host was started anew: gives it the descriptor. Does not wait. */
    void sidecarIsBack() {
        Thread.ofPlatform().daemon().name("deposit").start(this::depositAgain);
    }

    private synchronized void depositAgain() {
        if (isOpen) {
            keepers.depositWithSidecar(connection);
        }
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
        synchronized (this) {
            isOpen = false;
            connection.close();
        }
    }
}
