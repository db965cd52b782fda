package storage.dispersive.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.linux.MountTable;

/** A file system on a block device, mounted on a directory until it is closed. Needs root. */
final class MountedDisk implements AutoCloseable {

    /** The kinds that are tried. */
    enum Kind {
        EXT4("ext4", "mkfs.ext4 -q -F", "e2fsck -f -n"),
        XFS("xfs", "mkfs.xfs -q -f", "xfs_repair -n");

        private final String type;
        private final String make;
        private final String check;

        Kind(String type, String make, String check) {
            this.type = type;
            this.make = make;
            this.check = check;
        }
    }

    private final Kind kind;
    private final Path device;
    private final Path directory;

    private MountedDisk(Kind kind, Path device, Path directory) {
        this.kind = kind;
        this.device = device;
        this.directory = directory;
    }

    /** Makes the file system and mounts it on {@code directory}, which is made too. */
    static MountedDisk create(Kind kind, Path device, Path directory) throws IOException {
        run(kind.make, device);
        Files.createDirectory(directory);
        MountedDisk disk = new MountedDisk(kind, device, directory);
        MountTable.mount(
                new MountTable.Request(
                        device.toString(),
                        directory,
                        kind.type,
                        MountTable.MS_NOSUID | MountTable.MS_NODEV,
                        ""));
        return disk;
    }

    Path directory() {
        return directory;
    }

    /** Has the file system's own program look for damage. It must not be mounted any more. */
    void checkUnmounted() throws IOException {
        run(kind.check, device);
    }

    private static void run(String program, Path device) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.split(" ")));
        Path found =
                ExternalProgram.find(command.getFirst())
                        .orElseThrow(() -> new IOException(program + " is not installed"));
        command.set(0, found.toString());
        command.add(device.toString());
        ExternalProgram.run(command);
    }

    /** Unmounts; lazily when something still uses it, so that nothing is left behind. */
    @Override
    public void close() throws IOException {
        if (MountTable.find(directory).isPresent()) {
            try {
                MountTable.unmount(directory, MountTable.UMOUNT_NOFOLLOW);
            } catch (IOException e) {
                MountTable.unmount(directory, MountTable.MNT_DETACH);
                throw e;
            }
        }
        Files.deleteIfExists(directory);
    }
}
