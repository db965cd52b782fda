package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.FormatState;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.Survey;

/**
 * Mounts a volume's file system at its staging path. Thread contract: any thread; one at a time for
 * each volume and path.
 */
final class Staging {

    /** A check after a crash replays the journal; only one of a damaged file system takes long. */
    private static final Duration CHECK_LIMIT = Duration.ofMinutes(30);

    /** Of fsck(8): 1 for errors that were corrected, 2 for a restart that a root would need. */
    private static final int CORRECTED_BITS = 3;

    /** Errors are left. */
    private static final int UNCORRECTED_BIT = 4;

    private final Roots roots;
    private final OwnDevices devices;
    private final Layers layers;
    private final DeviceLook look;
    private final Programs programs;

    Staging(Roots roots, OwnDevices devices, Layers layers, DeviceLook look, Programs programs) {
        this.roots = roots;
        this.devices = devices;
        this.layers = layers;
        this.look = look;
        this.programs = programs;
    }

    MountOutcome mount(StageRequest request) throws IOException {
        MountOptions options = MountOptions.of(request);
        if (request.state() != FormatState.DONE) {
            throw new MounterException(
                    MounterException.Reason.REFUSED,
                    "nothing is mounted before its record says DONE: it says " + request.state());
        }
        try (Place place = roots.require(request.staging().path())) {
            LoopDevice device = devices.requireLoop(request.volume());
            Optional<MountTable.Entry> top = layers.clearStale(place);
            if (top.isPresent()) {
                return there(request, options, device, top.get());
            }
            Content found = look.look(request.volume(), device);
            if (!(found instanceof Content.FileSystem there && there.type() == request.type())) {
                return new MountOutcome.NotThere(found);
            }
            Optional<String> damage = check(request, options, device);
            if (damage.isPresent()) {
                return new MountOutcome.NeedsRepair(damage.get());
            }
            mount(place, request.type(), options, device);
            return new MountOutcome.Mounted(Disks.describe(device));
        }
    }

    private MountOutcome there(
            StageRequest request, MountOptions options, LoopDevice device, MountTable.Entry entry)
            throws IOException {
        Optional<OwnDevices.Layer> layer = devices.layer(entry);
        boolean isSame =
                layer.isPresent()
                        && layer.get().loop() == device.number()
                        && layer.get().form() == Survey.Form.FILE_SYSTEM
                        && entry.root().equals(Path.of("/"))
                        && entry.type().equals(request.type().kernelName())
                        && options.agreeWith(entry);
        return isSame
                ? new MountOutcome.Mounted(Disks.describe(device))
                : new MountOutcome.MountedElse(Layers.describe(entry));
    }

    /**
     * What the checking program did not dare to repair. XFS has none: the kernel replays its log.
     * Nothing is written for a mount that is read-only, nor where it is mounted already.
     */
    private Optional<String> check(StageRequest request, MountOptions options, LoopDevice device)
            throws IOException {
        boolean isChecked =
                request.type() == FileSystemType.EXT4
                        && !options.isReadOnly()
                        && devices.layers(device).isEmpty();
        if (!isChecked) {
            return Optional.empty();
        }
        Programs.Command command = Programs.Command.of("fsck.ext4", "-p", device.path().toString());
        ProgramResult result = programs.run(request.volume(), command, CHECK_LIMIT);
        if ((result.status() & ~CORRECTED_BITS) == 0) {
            return Optional.empty();
        }
        String report = "fsck.ext4 -p ended with " + result.status() + ": " + result.output();
        if (result.status() >= 0 && (result.status() & UNCORRECTED_BIT) != 0) {
            return Optional.of(report);
        }
        throw new IOException(report);
    }

    private static void mount(
            Place place, FileSystemType type, MountOptions options, LoopDevice device)
            throws IOException {
        // What has files is somebody's, and must not be hidden: the kubelet's own, for instance.
        if (!place.isEmptyDirectory()) {
            throw Roots.refused(place.shown(), "it is no empty directory");
        }
        try (Descriptor target =
                place.open().orElseThrow(() -> Roots.refused(place.shown(), "it is not there"))) {
            Path onto = Path.of("/proc/self/fd", Integer.toString(target.number()));
            MountTable.mount(
                    new MountTable.Request(
                            device.path().toString(),
                            onto,
                            type.kernelName(),
                            options.flags(),
                            options.data()));
        } catch (LinuxException e) {
            throw new LinuxException(
                    "mount " + device.path() + " on " + place.shown(),
                    e.errno(),
                    "the kernel's log says why");
        }
    }
}
