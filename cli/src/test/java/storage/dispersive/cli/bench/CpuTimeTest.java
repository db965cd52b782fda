package storage.dispersive.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTimeTest {

    @Test
    void aNameWithSpacesAndParenthesesDoesNotShiftTheFields() {
        String stat = "17 (a) b (c) S 1 17 17 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0 999";
        assertThat(CpuTime.parse(stat)).isEqualTo(3.0);
    }

    @Test
    void thisProcessHasUsedSomeTimeAndOneThatIsNotThereNone() {
        assertThat(CpuTime.seconds(List.of(ProcessHandle.current().pid()))).isPositive();
        assertThat(CpuTime.seconds(List.of(Long.MAX_VALUE))).isZero();
    }
}
