package storage.dispersive.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SanHomeTest {

    @TempDir private Path directory;

    @Test
    void theEnvironmentNamesTheDirectory() {
        assertThat(SanHome.fromEnvironment(Map.of("DISPERSIVE_HOME", "/a/b", "HOME", "/h")).root())
                .isEqualTo(Path.of("/a/b"));
        assertThat(SanHome.fromEnvironment(Map.of("HOME", "/h")).root())
                .isEqualTo(Path.of("/h/.local/state/dispersive"));
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> SanHome.fromEnvironment(Map.of()))
                .withMessage("neither DISPERSIVE_HOME nor HOME is set");
    }

    @Test
    void aSocketsPathThatTheKernelWouldCutIsRefusedBefore() {
        Path longest = Path.of("/" + "a".repeat(106));
        assertThat(SanHome.socket(longest)).isEqualTo(longest);
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> SanHome.socket(Path.of("/" + "a".repeat(107))))
                .withMessageContaining("too long for a socket: 108 bytes")
                .satisfies(e -> assertThat(e.hint()).contains("DISPERSIVE_HOME"));
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("san"), "not a directory");
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> new SanHome(file).create())
                .withMessage(file + " is not a directory");
    }
}
