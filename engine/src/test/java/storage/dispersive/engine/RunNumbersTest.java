package storage.dispersive.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunNumbersTest {

    @TempDir private Path directory;

    @Test
    void numbersGoUpByOneAlsoForAnotherReaderOfTheFile() {
        Path file = directory.resolve("run");
        assertThat(new RunNumbers(file).next()).isEqualTo(1);
        assertThat(new RunNumbers(file).next()).isEqualTo(2);
        RunNumbers numbers = new RunNumbers(file);
        assertThat(numbers.next()).isEqualTo(3);
        assertThat(numbers.next()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "seven\n", "0000000000000000007", "-000000000000000007\n"})
    void aDamagedFileGivesNoNumberRatherThanOneThatWasGivenBefore(String content) throws Exception {
        Path file = directory.resolve("run");
        Files.writeString(file, content);
        assertThatThrownBy(() -> new RunNumbers(file).next())
                .hasRootCauseMessage("it does not hold a run number");
        assertThat(file).hasContent(content);
    }
}
