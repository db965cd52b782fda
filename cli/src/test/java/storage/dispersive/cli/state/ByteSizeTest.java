package storage.dispersive.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-4096, -4096",
        "4096, 4096",
        "1KiB, 1024",
        "1k, 1024",
        "512MiB, 536870912",
        "1GiB, 1073741824",
        "1.5GiB, 1610612736",
        "20GB, 20000000000",
        "7TiB, 7696581394432",
        "' 2 gib ', 2147483648"
    })
    void aSizeIsANumberAndAUnit(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GiB", "1XiB", "one", "1 2", "0x10", "1e3", "0.3", "9999999999TiB"})
    void whatIsNoSizeIsAUsageErrorThatNamesIt(String text) {
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> ByteSize.parse(text))
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(SanException.Kind.USAGE);
                    assertThat(e.getMessage()).contains("'" + text + "'");
                    assertThat(e.hint()).isNotEmpty();
                });
    }

    @Test
    void aSizeIsShownRounded() {
        assertThat(new ByteSize(0)).hasToString("0 B");
        assertThat(new ByteSize(1023)).hasToString("1023 B");
        assertThat(new ByteSize(1 << 20)).hasToString("1 MiB");
        assertThat(new ByteSize((3L << 30) / 2)).hasToString("1.5 GiB");
    }
}
