package storage.dispersive.mounter;

import java.nio.file.Path;

/** Where a volume is shown to one pod. */
public record TargetPath(Path path) {

    @Override
    public String toString() {
        return path.toString();
    }
}
