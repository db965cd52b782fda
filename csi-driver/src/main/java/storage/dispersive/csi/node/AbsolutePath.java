package storage.dispersive.csi.node;

import java.nio.file.Path;

/** What all paths of the orchestrator must be, so that none leads elsewhere than it says. */
final class AbsolutePath {

    private AbsolutePath() {}

    static void check(Path path) {
        if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
            throw new IllegalArgumentException(
                    path + " must be absolute, below / and without '.' and '..'");
        }
    }
}
