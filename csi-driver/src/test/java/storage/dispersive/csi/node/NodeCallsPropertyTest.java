package storage.dispersive.csi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Sequences of calls on nodes where everything goes wrong. One of them again: {@code
 * -Dcsi.seed=SEED}.
 *
 * <p>Tried by hand: formatting as if the record always said BEGUN was found within 2 sequences,
 * publishing without a look at the engine within 3, letting go before unmounting within 1, and
 * without detaching within 1.
 */
class NodeCallsPropertyTest {

    private static final int SEQUENCES = Integer.getInteger("csi.sequences", 2000);
    private static final long SEED = Long.getLong("csi.seed", -1);

    @Test
    @Timeout(300)
    void whateverDiesOrFailsCallsKeepTheirWordAndNothingIsLeft(
            @TempDir(factory = Memory.class) Path directory) {
        long[] seeds = SEED < 0 ? LongStream.range(0, SEQUENCES).toArray() : new long[] {SEED};
        int published = 0;
        for (long seed : seeds) {
            NodeCallsRun run = new NodeCallsRun(seed, directory);
            assertThat(run.run()).as("seed %d", seed).isEmpty();
            published += run.published();
        }
        if (SEED < 0) {
            // Else little was tried.
            assertThat(published).isGreaterThan(seeds.length);
        }
    }

    /** What is written is forced to it, which takes disks long. */
    static final class Memory implements TempDirFactory {

        private static final Path PLACE = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
                throws IOException {
            return Files.isWritable(PLACE)
                    ? Files.createTempDirectory(PLACE, "staged-")
                    : Files.createTempDirectory("staged-");
        }
    }
}
