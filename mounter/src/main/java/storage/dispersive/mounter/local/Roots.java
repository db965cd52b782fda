package storage.dispersive.mounter.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import storage.dispersive.linux.BeneathPath;
import storage.dispersive.linux.Descriptor;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.mounter.MounterException;

/**
 * The directories beneath which others may name paths. Each is opened once; what lies beneath is
 * reached from there over no symbolic link. Thread contract: any thread.
 */
final class Roots implements AutoCloseable {

    /** More than Linux takes in one call. */
    private static final int MAX_PATH_CHARS = 4095;

    private record Root(Path named, Path real, Descriptor directory) {}

    private final List<Root> roots;

    private Roots(List<Root> roots) {
        this.roots = roots;
    }

    /** Makes those that are missing, as the kubelet would later. */
    static Roots open(List<Path> directories) throws IOException {
        List<Root> roots = new ArrayList<>();
        for (Path directory : directories) {
            Files.createDirectories(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwxr-x---")));
            Path real = directory.toRealPath();
            roots.add(
                    new Root(
                            directory.toAbsolutePath().normalize(),
                            real,
                            Descriptor.open(real, Descriptor.O_PATH)));
        }
        return new Roots(List.copyOf(roots));
    }

    /**
     * The place that a path names; empty if its parent directory is not there.
     *
     * @throws MounterException REFUSED if the path is not plain, not beneath a root, or leads over
     *     a symbolic link
     */
    Optional<Place> find(Path path) throws MounterException {
        if (!path.isAbsolute()
                || !path.equals(path.normalize())
                || path.toString().length() > MAX_PATH_CHARS) {
            throw refused(path, "it is no absolute path without . and ..");
        }
        for (Root root : roots) {
            for (Path prefix : List.of(root.named(), root.real())) {
                if (path.startsWith(prefix) && !path.equals(prefix)) {
                    return find(root, prefix.relativize(path));
                }
            }
        }
        throw refused(path, "it is outside of the directories that were allowed");
    }

    private static Optional<Place> find(Root root, Path relative) throws MounterException {
        Path above = relative.getParent() == null ? Path.of("") : relative.getParent();
        // A directory: whatever else is there has no such entry.
        Path parent = above.resolve(".");
        Path shown = root.real().resolve(relative);
        try {
            return Optional.of(
                    new Place(
                            shown, BeneathPath.open(root.directory(), parent, Descriptor.O_PATH)));
        } catch (LinuxException e) {
            return switch (e.errno()) {
                case Errno.ENOENT -> Optional.empty();
                case Errno.ELOOP, Errno.EXDEV, Errno.ENOTDIR ->
                        throw refused(shown, "it does not lead over directories alone");
                default ->
                        throw new MounterException(
                                MounterException.Reason.FAILED, "open " + shown, e);
            };
        }
    }

    /** Whether a path without symbolic links is beneath one of them. */
    boolean cover(Path real) {
        return roots.stream().anyMatch(root -> real.startsWith(root.real()));
    }

    /** As {@link #find}, where a missing parent is an error. */
    Place require(Path path) throws MounterException {
        return find(path).orElseThrow(() -> refused(path, "its parent is not there"));
    }

    static MounterException refused(Path path, String why) {
        return new MounterException(
                MounterException.Reason.REFUSED, "the path " + path + " is refused: " + why);
    }

    @Override
    public void close() {
        roots.forEach(root -> root.directory().close());
    }
}
