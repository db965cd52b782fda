package storage.dispersive.cli.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import storage.dispersive.cli.state.SanException;

class BlockPlanTest {

    @ParameterizedTest
    @CsvSource({"1,1", "16,16", "17,17", "33,33", "33,1000", "48,48", "1000,1001", "1024,16384"})
    void eachBlockHasAPlaceOfItsOwnOnTheDiskBesideItsNeighbours(int blocks, long diskBlocks) {
        BlockPlan plan = new BlockPlan(blocks, diskBlocks);
        Set<Long> seen = new HashSet<>();
        for (int number = 0; number < blocks; number++) {
            long offset = plan.offset(number);
            assertThat(offset).isBetween(0L, (diskBlocks - 1) * NumberedBlock.BYTES);
            assertThat(seen.add(offset)).as("block %d", number).isTrue();
            int last = number + plan.neighbours(number) - 1;
            assertThat(plan.offset(last) - offset)
                    .isEqualTo((long) (last - number) * NumberedBlock.BYTES);
        }
    }

    @Test
    void blocksAreSpreadOverAllOfTheDisk() {
        BlockPlan plan = new BlockPlan(1024, 100_000);
        assertThat(plan.offset(1023)).isGreaterThan(99_000L * NumberedBlock.BYTES);
    }

    @Test
    void moreBlocksThanTheDiskHasAreRefused() {
        assertThatExceptionOfType(SanException.class).isThrownBy(() -> new BlockPlan(11, 10));
    }
}
