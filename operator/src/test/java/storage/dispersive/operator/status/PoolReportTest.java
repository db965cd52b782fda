package storage.dispersive.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import storage.dispersive.api.v1alpha1.Condition;
import storage.dispersive.api.v1alpha1.Condition.Truth;
import storage.dispersive.api.v1alpha1.DispersivePool;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus;
import storage.dispersive.api.v1alpha1.DispersivePoolStatus.PoolPod;
import storage.dispersive.api.v1alpha1.Portion;

class PoolReportTest {

    private static final int PODS = 6;

    private static Truth ready(int serving, int mayBeMissing) {
        DispersivePool pool =
                Serialization.unmarshal(
                        """
                        metadata: {name: p, namespace: n, generation: 3}
                        spec: {pods: %d, isolation: Isolated}
                        """
                                .formatted(PODS),
                        DispersivePool.class);
        List<PoolPod> pods = new ArrayList<>();
        for (int index = 0; index < PODS; index++) {
            Portion.State state = index < serving ? Portion.State.SERVING : Portion.State.STARTING;
            pods.add(
                    new PoolPod(
                            index,
                            "dpool-p-" + index,
                            null,
                            null,
                            null,
                            state,
                            null,
                            0,
                            null,
                            null));
        }
        PoolFindings found =
                new PoolFindings(
                        pool,
                        pods,
                        mayBeMissing,
                        20,
                        Optional.empty(),
                        Growth.DONE,
                        Optional.empty());
        DispersivePoolStatus after =
                new PoolReport(found, Instant.EPOCH).after(DispersivePoolStatus.NONE);
        return Objects.requireNonNull(after.conditions()).stream()
                .filter(it -> it.type().equals("Ready"))
                .map(Condition::status)
                .findFirst()
                .orElseThrow();
    }

    /** However many volumes wait for it: each wants all of its pods. */
    @Test
    void aPoolWithoutAVolumeIsReadyWhenAllPodsServe() {
        assertThat(ready(5, 0)).isEqualTo(Truth.FALSE);
        assertThat(ready(6, 0)).isEqualTo(Truth.TRUE);
    }

    @Test
    void aPoolIsReadyAsLongAsItsVolumesCanDoWithoutWhatIsMissing() {
        assertThat(ready(4, 2)).isEqualTo(Truth.TRUE);
        assertThat(ready(3, 2)).isEqualTo(Truth.FALSE);
        assertThat(ready(0, PODS)).isEqualTo(Truth.FALSE);
    }
}
