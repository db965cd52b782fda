package storage.dispersive.engine.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.VolumeId;

class EpochsTest {

    private static final VolumeId ONE = new VolumeId(1, 2);
    private static final VolumeId OTHER = new VolumeId(1, 3);

    @TempDir Path directory;

    @Test
    void noEpochIsGivenTwiceAlsoToLaterProcesses() throws IOException {
        assertThat(new Epochs(directory).next(ONE, 4)).isEqualTo(new Epoch(4, 1));
        Epochs later = new Epochs(directory);
        assertThat(later.next(ONE, 4)).isEqualTo(new Epoch(4, 2));
        assertThat(later.next(ONE, 6)).isEqualTo(new Epoch(6, 1));
        assertThat(new Epochs(directory).next(ONE, 6)).isEqualTo(new Epoch(6, 2));
        assertThat(later.next(OTHER, 1)).isEqualTo(new Epoch(1, 1));
    }

    @Test
    void aGenerationThatIsOverGetsNone() throws IOException {
        Epochs epochs = new Epochs(directory);
        epochs.next(ONE, 4);
        assertThatThrownBy(() -> epochs.next(ONE, 3))
                .isInstanceOf(Epochs.StaleGenerationException.class)
                .hasMessageContaining("generation 4 was served");
        assertThatThrownBy(() -> epochs.check(ONE, 3))
                .isInstanceOf(Epochs.StaleGenerationException.class);
        epochs.check(ONE, 4);
        assertThat(epochs.next(ONE, 4)).isEqualTo(new Epoch(4, 2));
    }

    @Test
    void aDamagedFileGivesNoneRatherThanOneThatWasGivenBefore() throws IOException {
        Epochs epochs = new Epochs(directory);
        epochs.next(ONE, 4);
        Path file;
        try (var files = Files.list(directory)) {
            file = files.findFirst().orElseThrow();
        }
        String content = Files.readString(file);
        for (String wrong :
                new String[] {
                    "", content.replace("4 1", "4 0"), content.strip(), "x" + content, "4 1\n"
                }) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> epochs.next(ONE, 4)).isInstanceOf(IOException.class);
            assertThat(file).hasContent(wrong);
        }
    }
}
