package storage.dispersive.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bind mounts that appear whole, and how full a file system is. */
@ExtendWith(RootOnly.class)
class MountTreeTest {

    @TempDir private Path directory;

    @Test
    void aBindMountIsReadOnlyFromItsBeginning() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path target = Files.createDirectory(directory.resolve("target")).toRealPath();
        Files.writeString(source.resolve("file"), "seen");
        try (Descriptor from = Descriptor.open(source, Descriptor.O_PATH);
                Descriptor onto = Descriptor.open(target, Descriptor.O_PATH);
                MountTree tree = MountTree.of(from)) {
            tree.restrict(MountTree.Access.READ_ONLY);
            assertThat(MountTable.find(target)).isEmpty();
            tree.attach(onto);
        }
        try {
            assertThat(target.resolve("file")).hasContent("seen");
            assertThat(MountTable.find(target).orElseThrow().options()).contains("ro");
            assertThatThrownBy(() -> Files.writeString(target.resolve("file"), "x"))
                    .isInstanceOf(IOException.class);
        } finally {
            MountTable.unmount(target, 0);
        }
    }

    @Test
    void whatIsNotAttachedIsNowhere() throws IOException {
        int before = MountTable.entries().size();
        try (Descriptor from = Descriptor.open(directory, Descriptor.O_PATH)) {
            MountTree.of(from).close();
        }
        assertThat(MountTable.entries()).hasSize(before);
    }

    @Test
    void usageIsThatOfTheFileSystem() throws IOException {
        try (Descriptor file = Descriptor.open(directory, Descriptor.O_PATH)) {
            FileSystemUsage usage = FileSystemUsage.of(file);
            assertThat(usage.bytes().total())
                    .isEqualTo(Files.getFileStore(directory).getTotalSpace());
            assertThat(usage.bytes().used()).isPositive();
        }
    }
}
