package storage.dispersive.csi.node;

import java.nio.file.Path;

/**
 * Where one workload sees a volume. Its parent is there; it itself is made by publishing, a
 * directory or for a raw device a file, and deleted by unpublishing.
 *
 * @param path absolute and without {@code ..}
 */
public record TargetPath(Path path) {

    public TargetPath {
        AbsolutePath.check(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
