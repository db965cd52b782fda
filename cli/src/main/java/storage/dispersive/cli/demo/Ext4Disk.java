package storage.dispersive.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import storage.dispersive.cli.san.ExternalProgram;
import storage.dispersive.linux.MountTable;

/** Trees as files of an ext4 file system on the volume's block device; needs root. */
final class Ext4Disk implements DemoDisk {

    private static final Path FUSE = Path.of("/dev/fuse");

    private final Path device;
    private final Path directory;

    private Ext4Disk(Path device, Path directory) {
        this.device = device;
        this.directory = directory;
    }

    /** Whether this machine has what it takes, apart from root. */
    static boolean isPossible() {
        return Files.exists(FUSE) && program().isPresent();
    }

    private static Optional<Path> program() {
        return ExternalProgram.find("mkfs.ext4");
    }

    /** Makes the file system and mounts it on a new directory. */
    static Ext4Disk create(Path device, Path directory) throws IOException {
        Path mkfs = program().orElseThrow(() -> new IOException("mkfs.ext4 is not installed"));
        ExternalProgram.run(List.of(mkfs.toString(), "-q", "-F", device.toString()));
        Files.createDirectories(directory);
        Ext4Disk disk = new Ext4Disk(device, directory);
        disk.mount();
        return disk;
    }

    private void mount() throws IOException {
        MountTable.mount(
                new MountTable.Request(
                        device.toString(),
                        directory,
                        "ext4",
                        MountTable.MS_NOSUID | MountTable.MS_NODEV,
                        ""));
    }

    private void unmount() throws IOException {
        if (MountTable.find(directory).isPresent()) {
            MountTable.unmount(directory, MountTable.UMOUNT_NOFOLLOW);
        }
    }

    @Override
    public String describe() {
        return "files of an ext4 file system on " + device;
    }

    @Override
    public void store(String copy, SourceTree tree) throws IOException {
        for (Path file : tree.files()) {
            Path target = directory.resolve(copy).resolve(tree.nameOf(file));
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.copy(file, target);
        }
        // All of it is written when this returns; a sync per file would take longer than the copy.
        unmount();
        mount();
    }

    /** The caches of a file system and of its device go when it is unmounted. */
    @Override
    public Contents readBack(String copy, SourceTree tree) throws IOException {
        unmount();
        mount();
        return Contents.of(
                tree,
                file -> Files.readAllBytes(directory.resolve(copy).resolve(tree.nameOf(file))));
    }

    @Override
    public void close() throws IOException {
        unmount();
    }
}
