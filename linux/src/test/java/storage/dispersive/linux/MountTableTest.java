package storage.dispersive.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What lines of /proc/self/mountinfo say. */
class MountTableTest {

    @Test
    void aLineIsReadWithAllItsFields() {
        String line =
                "36 35 7:3 /sub\\040dir /mnt\\134x rw,nosuid,relatime shared:5 master:1 - ext4"
                        + " /dev/loop3 ro,errors=remount-ro";
        assertThat(MountTable.parse(line))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.device()).isEqualTo(new DeviceNumber(7, 3));
                    assertThat(entry.root()).isEqualTo(Path.of("/sub dir"));
                    assertThat(entry.directory()).isEqualTo(Path.of("/mnt\\x"));
                    assertThat(entry.options()).containsExactly("rw", "nosuid", "relatime");
                    assertThat(entry.propagation()).containsExactly("shared:5", "master:1");
                    assertThat(entry.type()).isEqualTo("ext4");
                    assertThat(entry.source()).isEqualTo("/dev/loop3");
                    assertThat(entry.fileSystemOptions())
                            .containsExactly("ro", "errors=remount-ro");
                });
    }

    @Test
    void aLineWithoutOptionalFieldsIsRead() {
        String line = "36 35 0:99 / /mnt rw - fuse.dispersive vol";
        assertThat(MountTable.parse(line))
                .hasValueSatisfying(entry -> {
                    assertThat(entry.propagation()).isEmpty();
                    assertThat(entry.fileSystemOptions()).isEmpty();
                    assertThat(entry.source()).isEqualTo("vol");
                });
    }

    @Test
    void otherLinesAreNoEntries() {
        for (String line : new String[] {"", "-", "36 35 7:3 / - ext4 x", "1 2 x / / rw - a b"}) {
            assertThat(MountTable.parse(line)).as(line).isEmpty();
        }
    }

    @Test
    void thisMachinesRootIsFound() throws IOException {
        assertThat(MountTable.find(Path.of("/"))).isPresent();
    }
}
