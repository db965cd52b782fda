package storage.dispersive.cli.engine;

import java.nio.file.Path;
import storage.dispersive.cli.state.SanHome;

/**
 * What lies in the directory of one attachment: its engine's pid and log, its sockets, and for FUSE
 * its mount and the process that keeps the descriptor.
 */
public record EngineFiles(Path directory) {

    public Path controlSocket() {
        return SanHome.socket(directory.resolve("control.sock"));
    }

    public Path nbdSocket() {
        return SanHome.socket(directory.resolve("nbd.sock"));
    }

    public Path mountPoint() {
        return directory.resolve("mnt");
    }

    public Path keeper() {
        return directory.resolve("keeper");
    }

    public Path keeperSocket() {
        return SanHome.socket(keeper().resolve("keeper.sock"));
    }
}
