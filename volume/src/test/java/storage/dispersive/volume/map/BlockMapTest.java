package storage.dispersive.volume.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import storage.dispersive.portion.Extent;

class BlockMapTest {

    private static final int BLOCKS = 5 * MapPage.BLOCKS + 77;

    @Test
    void itSaysWhatAPlainArraySays() {
        long seed = 42;
        Random random = new Random(seed);
        BlockMap map = new BlockMap(BLOCKS);
        long[] plain = new long[BLOCKS];
        for (long seq = 1; seq <= 6_000; seq++) {
            List<Extent> extents = new ArrayList<>();
            int ordinal = 0;
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                int length = 1 + random.nextInt(random.nextBoolean() ? 3 : 200);
                int first = random.nextInt(BLOCKS - length + 1);
                if (random.nextInt(5) == 0) {
                    extents.add(new Extent.Zeroed(first, length));
                    Arrays.fill(plain, first, first + length, MapEntry.ZERO);
                } else {
                    extents.add(new Extent.Written(first, length));
                    for (int block = 0; block < length; block++) {
                        plain[first + block] = MapEntry.of(seq, ordinal++);
                    }
                }
            }
            map.apply(seq, extents);
            if (seq % 200 == 0) {
                assertSame(map, plain, seed, seq);
            }
        }
        map.apply(7_000, List.of(new Extent.Zeroed(0, BLOCKS)));
        assertSame(map, new long[BLOCKS], seed, 7_000);
        assertThat(map.mappedBlocks()).isZero();
    }

    private static void assertSame(BlockMap map, long[] plain, long seed, long seq) {
        long mapped = 0;
        for (int block = 0; block < BLOCKS; block++) {
            assertThat(map.get(block))
                    .as("seed %d, after %d, block %d", seed, seq, block)
                    .isEqualTo(plain[block]);
            mapped += plain[block] == MapEntry.ZERO ? 0 : 1;
        }
        assertThat(map.mappedBlocks()).isEqualTo(mapped);
    }

    @Test
    void sequentialWritesTakeLittleMemoryAndZeroingGivesItBack() {
        long blocks = 1L << 20;
        BlockMap map = new BlockMap(blocks);
        long empty = map.memoryBytes();
        for (long seq = 1; seq <= blocks / 256; seq++) {
            map.apply(seq, List.of(new Extent.Written((seq - 1) * 256, 256)));
        }
        assertThat(map.mappedBlocks()).isEqualTo(blocks);
        assertThat(map.memoryBytes() - empty).isLessThan(blocks / 4);
        map.apply(blocks, List.of(new Extent.Zeroed(0, blocks)));
        assertThat(map.mappedBlocks()).isZero();
        assertThat(map.memoryBytes()).isLessThan(16_384);
    }

    @Test
    void whatIsBeyondTheEndIsLeftOut() {
        BlockMap map = new BlockMap(10);
        map.apply(1, List.of(new Extent.Written(8, 5), new Extent.Zeroed(9, 1L << 40)));
        assertThat(map.get(8)).isEqualTo(MapEntry.of(1, 0));
        assertThat(map.get(9)).isEqualTo(MapEntry.ZERO);
        assertThat(map.mappedBlocks()).isEqualTo(1);
    }

    @Test
    void aMapThatGrowsKeepsWhatItHasAndTakesWhatIsBeyondTheOldEnd() {
        BlockMap map = new BlockMap(10);
        map.apply(1, List.of(new Extent.Written(8, 2)));
        long larger = 3L * 512 * 1024;
        map.grow(larger);
        assertThat(map.get(8)).isEqualTo(MapEntry.of(1, 0));
        assertThat(map.get(larger - 1)).isEqualTo(MapEntry.ZERO);
        map.apply(2, List.of(new Extent.Written(larger - 1, 5)));
        assertThat(map.get(larger - 1)).isEqualTo(MapEntry.of(2, 0));
        assertThat(map.mappedBlocks()).isEqualTo(3);
        assertThatThrownBy(() -> map.grow(10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEntryKeepsSeqAndOrdinalApart() {
        long entry = MapEntry.of(123_456_789_012L, 1023);
        assertThat(MapEntry.seq(entry)).isEqualTo(123_456_789_012L);
        assertThat(MapEntry.ordinal(entry)).isEqualTo(1023);
        assertThatThrownBy(() -> MapEntry.of(1L << 53, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MapEntry.of(1, 1024)).isInstanceOf(IllegalArgumentException.class);
    }
}
