package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.portion.Code;

class VolumeRequestTest {

    @TempDir private Path directory;

    private static VolumeCreation.Request request(String name, long size, int data, int parity) {
        return new VolumeCreation.Request(name, size, data, parity, new KeySource.Dispersed());
    }

    private static SanException refusal(VolumeCreation.Request request) {
        SanException[] caught = new SanException[1];
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(request::check)
                .satisfies(e -> {
                    assertThat(e.kind()).isEqualTo(SanException.Kind.USAGE);
                    assertThat(e.hint()).isNotEmpty();
                    caught[0] = e;
                });
        return caught[0];
    }

    @ParameterizedTest
    @CsvSource({"0,2", "4,0", "-1,2", "4,-1", "31,2", "32,1", "1,32", "2147483647,2147483647"})
    void kAndMHaveTheirRange(int data, int redundancy) {
        // The last pair would overflow if it were added up carelessly.
        assertThat(refusal(request("v", 4096, data, redundancy)))
                .hasMessageContaining("no volume can have " + data + " data and " + redundancy);
    }

    @Test
    void theSmallestAndTheWidestCodeAreTaken() {
        assertThat(request("v", 4096, 1, 1).check()).isEqualTo(new Code(1, 1));
        assertThat(request("v", 4096, 30, 2).check()).isEqualTo(new Code(30, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -4096, Long.MIN_VALUE})
    void aSizeIsMoreThanNothing(long size) {
        assertThat(refusal(request("v", size, 4, 2))).hasMessageContaining("holds nothing");
    }

    @Test
    void anUnalignedSizeIsRefusedWithTheNextThatFits() {
        assertThat(refusal(request("v", 4097, 4, 2)).hint()).contains("--size 8192");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a/b", "..", "a b", "a\nb", "ü"})
    void aNameIsThatOfAHost(String name) {
        assertThat(refusal(request(name, 4096, 4, 2))).hasMessageContaining("cannot be a volume");
    }

    @Test
    void aSizeBeyondTheStoresIsRefused() {
        List<PodRecord> pods = List.of(new PodRecord("pod-0", directory.toString(), null, 1, 2));
        assertThatExceptionOfType(SanException.class)
                .isThrownBy(() -> StoreSpace.check(1L << 60, new Code(1, 1), pods))
                .withMessageContaining("the stores have no room for")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(SanException.Kind.FAILED));
        StoreSpace.check(4096, new Code(1, 1), pods);
    }
}
