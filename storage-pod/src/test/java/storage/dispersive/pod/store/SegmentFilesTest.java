package storage.dispersive.pod.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import storage.dispersive.pod.disk.FileDisk;
import storage.dispersive.portion.VolumeId;

class SegmentFilesTest {

    private static final int SEGMENTS = 8;

    private final Random random = new Random(20261122);
    private final List<SegmentFile> expected = new ArrayList<>();
    private final SegmentFiles files = new SegmentFiles();

    private final ThreadLoop loop = new ThreadLoop();
    private final Environment environment =
            Environment.of(
                    new FileDisk(Path.of("never-claimed"), loop),
                    loop,
                    StoreLimits.SMALL,
                    StoreRule.all(),
                    random);

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void findsTheFilesThatALookAtAllOfThemWouldFind() {
        long seq = 1;
        for (int ordinal = 1; ordinal <= 300; ordinal++) {
            if (ordinal % 3 == 0) {
                // One that was found on the disk with something in it, or with nothing.
                SegmentFile found = file(ordinal);
                for (int i = random.nextInt(3); i > 0; i--) {
                    found.index().add(seq++, 512);
                }
                add(found);
            } else {
                add(file(ordinal));
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                append(expected.getLast(), seq++);
            }
            appendWhatComesLate(seq);
            if (random.nextInt(20) == 0) {
                remove(random.nextInt(SEGMENTS));
            }
            assertThat(files.all()).isEqualTo(expected);
            for (long any = 0; any < seq + 2; any++) {
                assertThat(files.around(any)).as("seq %d", any).isEqualTo(byLookingAtAll(any));
            }
        }
        assertThat(expected).hasSizeGreaterThan(20);
    }

    @Test
    void orderDoesNotDependOnTheOrderOfComing() {
        for (int ordinal : new int[] {5, 2, 9, 1, 7}) {
            SegmentFile file = file(ordinal);
            file.index().add(100L + ordinal, 512);
            files.add(file);
        }
        assertThat(files.all().stream().map(file -> file.header().ordinal()))
                .containsExactly(1, 2, 5, 7, 9);
        assertThat(files.from(3).stream().map(file -> file.header().ordinal()))
                .containsExactly(5, 7, 9);
        for (int ordinal : new int[] {1, 2, 5, 7, 9}) {
            assertThat(files.around(100L + ordinal))
                    .singleElement()
                    .satisfies(file -> assertThat(file.header().ordinal()).isEqualTo(ordinal));
        }
        assertThat(files.around(106)).isEmpty();
    }

    private void add(SegmentFile file) {
        files.add(file);
        expected.addLast(file);
    }

    private void append(SegmentFile file, long seq) {
        file.index().add(seq, 512);
        files.appended(file, seq);
    }

    /** A stripe that is dispersed again is appended to any file, with any seq of before. */
    private void appendWhatComesLate(long seq) {
        if (random.nextInt(10) == 0 && seq > 1) {
            SegmentFile any = expected.get(random.nextInt(expected.size()));
            append(any, 1 + random.nextLong(seq - 1));
        }
    }

    private void remove(long segment) {
        List<SegmentFile> gone =
                expected.stream().filter(file -> file.header().segment() == segment).toList();
        if (gone.size() < expected.size()) {
            assertThat(files.removeSegment(segment)).isEqualTo(gone);
            expected.removeAll(gone);
        }
    }

    private List<SegmentFile> byLookingAtAll(long seq) {
        return expected.reversed().stream().filter(file -> file.index().mayHold(seq)).toList();
    }

    private SegmentFile file(int ordinal) {
        long segment = random.nextInt(SEGMENTS);
        return SegmentFile.found(
                environment, new SegmentHeader(new VolumeId(1, 2), ordinal, segment, 0), 0);
    }
}
