package storage.dispersive.csi.node;

import java.nio.file.Path;

/**
 * Where a volume is staged, once on a node: a directory that the orchestrator has made. What is
 * staged is mounted on it, or for a raw device kept below it.
 *
 * @param path absolute and without {@code ..}
 */
public record StagingPath(Path path) {

    public StagingPath {
        AbsolutePath.check(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
