package storage.dispersive.cli.san;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VolumeDeletionTest {

    @Test
    void podsThatFailedForTheSameReasonStandTogether() {
        assertThat(
                        VolumeDeletion.byReason(
                                Map.of(
                                        "pod-2", "connection refused",
                                        "pod-0", "connection refused",
                                        "pod-1", "it does not answer")))
                .isEqualTo("pod-0, pod-2 (connection refused), pod-1 (it does not answer)");
    }
}
