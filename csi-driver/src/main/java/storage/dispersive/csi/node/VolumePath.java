package storage.dispersive.csi.node;

import java.nio.file.Path;

/**
 * Where a volume is seen, staged or published.
 *
 * @param path absolute and without {@code ..}
 */
public record VolumePath(Path path) {

    public VolumePath {
        AbsolutePath.check(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
