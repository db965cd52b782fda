package storage.dispersive.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.durable.FileFailure;

class KeySourceTest {

    @TempDir private Path directory;

    @Test
    void aKeyIsDispersedOrInAFile() {
        assertThat(KeySource.parse("dispersed")).isEqualTo(new KeySource.Dispersed());
        assertThat(KeySource.parse("file:/k/key"))
                .isEqualTo(new KeySource.InFile(Path.of("/k/key")));
        assertThat(KeySource.parse(new KeySource.InFile(Path.of("/k")).toString()))
                .isEqualTo(new KeySource.InFile(Path.of("/k")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file:", "secret", "Dispersed"})
    void anythingElseIsAUsageError(String text) {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> KeySource.parse(text))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(SanException.Kind.USAGE));
    }

    @Test
    void aKeyThatIsMadeIsReadAgainAndItsOwnersAlone() throws Exception {
        Path file = directory.resolve("key");
        KeySource.InFile source = new KeySource.InFile(file);
        try (var made = source.readOrMake(new SecureRandom());
                var again = source.readOrMake(new SecureRandom())) {
            assertThat(again).isEqualTo(made);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abcd", "zz", "00000000000000000000000000000000"})
    void aFileThatHoldsNoKeyIsNamedAndLeftAsItIs(String content) throws Exception {
        Path file = Files.writeString(directory.resolve("key"), content);
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> new KeySource.InFile(file).readOrMake(new SecureRandom()))
                .withMessageContaining(file + " holds no key");
        assertThat(file).hasContent(content);
    }

    private static void refuses(Path file, String because) {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> new KeySource.InFile(file).readOrMake(new SecureRandom()))
                .withMessageContaining(file.toString())
                .withMessageContaining(because)
                .satisfies(e -> assertThat(e.hint()).isNotEmpty());
    }

    @Test
    void whyAFileHoldsNoKeyIsSaidWithoutItsContent() throws Exception {
        Path file = directory.resolve("key");
        Files.writeString(file, "");
        refuses(file, "holds no key: it is empty");
        Files.writeString(file, "ab".repeat(31) + "\n");
        refuses(file, "holds no key: it has 62 digits");
        Files.writeString(file, "xy".repeat(32));
        refuses(file, "holds no key: not all of it is hexadecimal digits");
        Files.write(file, new byte[100_000]);
        refuses(file, "holds no key: it has 4096 bytes or more");
    }

    @Test
    void whyAKeyCannotBeReadOrWrittenIsSaid() {
        refuses(directory, "cannot be read from " + directory + ": Is a directory");
        refuses(Path.of("/proc/nix/key"), "cannot be written to /proc/nix/key: no such file");
        refuses(Path.of("/dev/zero"), "holds no key: it has 4096 bytes or more");
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> new KeySource.InFile(directory.resolve("gone")).read())
                .withMessageEndingWith("gone: no such file or directory");
    }

    @Test
    void aDeniedPermissionIsCalledSo() {
        assertThat(FileFailure.reason(new AccessDeniedException("/root/key")))
                .isEqualTo("permission denied");
        assertThat(FileFailure.reason(new FileSystemException("/k", null, "File name too long")))
                .isEqualTo("File name too long");
    }
}
