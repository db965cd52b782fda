package storage.dispersive.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths that lead over links or out of their directory. */
class BeneathPathTest {

    @TempDir private Path directory;

    private void fails(Path relative, int errno) {
        assertThatThrownBy(
                        () -> {
                            try (Descriptor root = Descriptor.open(directory, Descriptor.O_PATH)) {
                                BeneathPath.open(root, relative, Descriptor.O_PATH).close();
                            }
                        })
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void whatLiesBeneathIsOpened() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        try (Descriptor root = Descriptor.open(directory, Descriptor.O_PATH)) {
            BeneathPath.open(root, Path.of("a/b"), Descriptor.O_PATH).close();
            BeneathPath.open(root, Path.of(""), Descriptor.O_PATH).close();
            BeneathPath.open(root, Path.of("a/../a"), Descriptor.O_PATH).close();
        }
    }

    @Test
    void linksAndWaysOutAreRefused() throws IOException {
        Files.createDirectories(directory.resolve("a/b"));
        Files.createSymbolicLink(directory.resolve("inside"), Path.of("a"));
        Files.createSymbolicLink(directory.resolve("outside"), Path.of("/etc"));
        fails(Path.of("inside"), Errno.ELOOP);
        fails(Path.of("inside/b"), Errno.ELOOP);
        fails(Path.of("outside/passwd"), Errno.ELOOP);
        fails(Path.of(".."), Errno.EXDEV);
        fails(Path.of("a/../../x"), Errno.EXDEV);
        fails(Path.of("nothing"), Errno.ENOENT);
    }
}
