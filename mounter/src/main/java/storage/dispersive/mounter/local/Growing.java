package storage.dispersive.mounter.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import storage.dispersive.blockdevice.loop.LoopDevice;
import storage.dispersive.mounter.FileSystemType;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.VolumeKey;

/**
 * Grows a mounted file system to its device. The programs get the device, not a path that could be
 * replaced. Thread contract: any thread; one at a time for each volume.
 */
final class Growing {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final OwnDevices devices;
    private final Programs programs;

    Growing(OwnDevices devices, Programs programs) {
        this.devices = devices;
        this.programs = programs;
    }

    GrowOutcome grow(VolumeKey volume) throws IOException {
        LoopDevice device = devices.requireLoop(volume);
        Optional<FileSystemType> type = mountedType(device);
        if (type.isEmpty()) {
            return new GrowOutcome.NotMounted();
        }
        String path = device.path().toString();
        Programs.Command command =
                switch (type.get()) {
                    case EXT4 -> Programs.Command.of("resize2fs", path);
                    case XFS -> Programs.Command.of("xfs_growfs", "-d", path);
                };
        ProgramResult result = programs.run(volume, command, LIMIT);
        if (!result.succeeded()) {
            throw new IOException(
                    command.program() + " ended with " + result.status() + ": " + result.output());
        }
        return new GrowOutcome.Grown(OwnDevices.sizeBytes(device));
    }

    private Optional<FileSystemType> mountedType(LoopDevice device) throws IOException {
        List<OwnDevices.Layer> layers = devices.layers(device);
        return layers.stream()
                .filter(layer -> layer.form() == Survey.Form.FILE_SYSTEM)
                .flatMap(layer -> FileSystemType.of(layer.entry().type()).stream())
                .findFirst();
    }
}
