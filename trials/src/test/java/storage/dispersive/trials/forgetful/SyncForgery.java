package storage.dispersive.trials.forgetful;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * As long as {@code file} exists, forgetful disks say of every file that it is synced and do
 * nothing for it, which is a store without fdatasync.
 */
public record SyncForgery(Path file) {

    public void begin() throws IOException {
        Files.createFile(file);
    }

    public void end() throws IOException {
        Files.deleteIfExists(file);
    }

    boolean goesOn() {
        return Files.exists(file);
    }
}
