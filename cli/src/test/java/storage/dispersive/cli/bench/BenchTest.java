package storage.dispersive.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchTest {

    private static final Workload.Extent EXTENT = new Workload.Extent(1 << 30, 6);

    private static boolean isBounded(Workload workload) {
        return workload.options(EXTENT).stream()
                .anyMatch(option -> option.startsWith("--io_size="));
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void whatIsWrittenIsBoundedAndWhatIsReadTakesItsTime(Workload workload) {
        if (workload.isRead()) {
            assertThat(workload.options(EXTENT)).contains("--time_based=1", "--runtime=6s");
            assertThat(workload.storesBytes(EXTENT)).isZero();
        } else {
            assertThat(workload.options(EXTENT)).doesNotContain("--time_based=1");
            assertThat(isBounded(workload)).isEqualTo(workload != Workload.SEQUENTIAL_WRITE);
            assertThat(workload.storesBytes(EXTENT)).isPositive();
        }
    }

    /** Three kinds of small writes for 6 s and one for 2 s, at 500 MB/s. */
    @Test
    void theStoresHaveRoomForAllThatIsWrittenToAVolume() {
        long small = (3 * 6 + 2) * 500_000_000L;
        long sequential = 2 * (1L << 30) * 3 / 2;
        assertThat(Bench.Length.FULL.storesBytes())
                .isBetween(small + sequential, small + sequential + (3L << 30));
        assertThat(Bench.Length.QUICK.storesBytes()).isLessThan(7L << 30);
    }

    @Test
    void aTableSaysHowBusyTheMachineWas() {
        assertThat(MachineLoad.remark(0.5, 2.25))
                .isEqualTo(
                        "load average 0.50 before, 2.25 after; processors: "
                                + Runtime.getRuntime().availableProcessors());
        assertThat(MachineLoad.average()).isNotNegative();
    }
}
