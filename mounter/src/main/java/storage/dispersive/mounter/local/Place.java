package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import storage.dispersive.linux.BeneathPath;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.MountTable;
import storage.dispersive.mounter.MounterException;

/**
 * A path that was named by others: its parent directory, which is open, and its last name. Thread
 * contract: one thread at a time.
 */
final class Place implements AutoCloseable {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String DIRECTORY_MODE = "rwxr-x---";
    private static final String FILE_MODE = "rw-r-----";

    private final Path shown;
    private final Path name;
    private final Descriptor parent;

    /**
     * Takes the descriptor over.
     *
     * @param shown as in the mount table, without symbolic links
     */
    Place(Path shown, Descriptor parent) {
        this.shown = shown;
        this.name = shown.getFileName();
        this.parent = parent;
    }

    Path shown() {
        return shown;
    }

    /** Leads to the place from the parent's descriptor; not to be followed if it is a link. */
    private Path handle() {
        return DESCRIPTORS.resolve(Integer.toString(parent.number())).resolve(name);
    }

    /** What is there, on top; empty if nothing is. A symbolic link is refused. */
    Optional<Descriptor> open() throws IOException {
        try {
            return Optional.of(BeneathPath.open(parent, name, Descriptor.O_PATH));
        } catch (LinuxException e) {
            return switch (e.errno()) {
                case Errno.ENOENT -> Optional.empty();
                case Errno.ELOOP -> throw Roots.refused(shown, "it is a symbolic link");
                default -> throw e;
            };
        }
    }

    /** What is mounted there, the topmost last. */
    List<MountTable.Entry> layers() throws IOException {
        return MountTable.entries().stream()
                .filter(entry -> entry.directory().equals(shown))
                .toList();
    }

    /** Takes the topmost layer away. */
    void unmount(int flags) throws LinuxException {
        MountTable.unmount(handle(), flags | MountTable.UMOUNT_NOFOLLOW);
    }

    boolean isDirectory() {
        return Files.isDirectory(handle(), LinkOption.NOFOLLOW_LINKS);
    }

    boolean isEmptyFile() throws IOException {
        BasicFileAttributes attributes = attributes();
        return attributes.isRegularFile() && attributes.size() == 0;
    }

    boolean isEmptyDirectory() throws IOException {
        if (!isDirectory()) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(handle())) {
            return !entries.iterator().hasNext();
        }
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(handle(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    void createDirectory() throws IOException {
        try {
            Files.createDirectory(
                    handle(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(DIRECTORY_MODE)));
        } catch (FileAlreadyExistsException _) {
            // Whoever uses it looks at what it is.
        }
    }

    void createFile() throws IOException {
        try {
            Files.createFile(
                    handle(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(FILE_MODE)));
        } catch (FileAlreadyExistsException _) {
            // Whoever uses it looks at what it is.
        }
    }

    /**
     * Removes an empty directory or an empty file; what has content is refused. Nothing is mounted
     * there: the kernel does not remove what something is mounted on.
     */
    void removeEmpty() throws IOException {
        try {
            if (!isDirectory() && !isEmptyFile()) {
                throw new MounterException(
                        MounterException.Reason.REFUSED, shown + " is no empty file, and stays");
            }
            Files.delete(handle());
        } catch (NoSuchFileException _) {
            // Removed before.
        } catch (DirectoryNotEmptyException e) {
            throw new MounterException(
                    MounterException.Reason.REFUSED, shown + " is not empty, and stays", e);
        }
    }

    @Override
    public void close() {
        parent.close();
    }
}
