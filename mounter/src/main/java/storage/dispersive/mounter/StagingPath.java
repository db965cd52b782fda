package storage.dispersive.mounter;

import java.nio.file.Path;

/** Where a volume's file system is mounted once on a node. */
public record StagingPath(Path path) {

    @Override
    public String toString() {
        return path.toString();
    }
}
