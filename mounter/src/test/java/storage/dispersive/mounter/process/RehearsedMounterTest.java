package storage.dispersive.mounter.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.linux.MountTable;

class RehearsedMounterTest {

    @TempDir private Path directory;

    @Test
    void aRehearsalEndsAndMountsNothing() throws IOException {
        List<MountTable.Entry> before = beneath();
        RehearsedMounter.main(
                new String[] {
                    "state=" + directory.resolve("state"),
                    "root=" + directory.resolve("kubelet"),
                    "socket=" + directory.resolve("mounter"),
                    "keeper=" + directory.resolve("keeper")
                });
        assertThat(beneath()).isEqualTo(before);
        assertThat(directory.resolve("mounter")).doesNotExist();
        assertThat(directory.resolve("state")).isEmptyDirectory();
        assertThat(Files.isDirectory(directory.resolve("kubelet"))).isTrue();
    }

    private List<MountTable.Entry> beneath() throws IOException {
        return MountTable.entries().stream()
                .filter(entry -> entry.directory().startsWith(directory))
                .toList();
    }
}
