package storage.dispersive.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaintextSearchTest {

    private static final long SEED = 20261122;

    @TempDir private Path directory;

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(SEED).nextBytes(content);
        return content;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_048_552, 1_048_553, 1_048_564, 1_048_575, 1_048_576, 2_999_976})
    void aNeedleIsFoundWhereverItLiesAlsoAcrossWhatIsReadAtOnce(int at) throws Exception {
        byte[] needle =
                "the twenty-four bytes...".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(needle).hasSize(PlaintextSearch.NEEDLE_BYTES);
        byte[] hay = random(3_000_000);
        PlaintextSearch search = new PlaintextSearch(List.of(needle));
        Path file = directory.resolve("hay");
        assertThat(search.count(Files.write(file, hay))).isZero();
        System.arraycopy(needle, 0, hay, at, needle.length);
        assertThat(search.count(Files.write(file, hay))).as("at %d", at).isEqualTo(1);
    }

    @Test
    void theNeedlesOfATreeAreInIt() throws Exception {
        Files.write(directory.resolve("a"), random(10_000));
        Files.write(directory.resolve("b"), new byte[3]);
        SourceTree tree = SourceTree.read(directory);
        assertThat(PlaintextSearch.of(tree).countIn(tree)).isEqualTo(1);
    }
}
